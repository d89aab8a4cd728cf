import { useEffect, useRef, useState } from "preact/hooks";
import { post, words } from "./api.ts";
import { copied } from "./safe-html.ts";
import { t } from "./texts.ts";
import { Wrong } from "./wrong.tsx";

/** The text as the customer will get it. */
export function Preview({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    let current = true;
    post<{ html: string }>("/preview", { text }).then(
      ({ html }) => current && box.current?.replaceChildren(copied(html)),
      (cause: unknown) => current && setWrong(words(cause)),
    );
    return () => {
      current = false;
    };
  }, [text]);
  return <div class="preview rich" aria-label={t("compose.preview")} role="region" tabIndex={0}>{wrong ? <Wrong text={wrong} /> : <div ref={box} />}</div>;
}
