import { useEffect, useRef, useState } from "preact/hooks";
import { address } from "./api.ts";
import { Icon } from "./icon.tsx";
import { locale } from "./me.ts";
import { t } from "./texts.ts";
import type { FileRef } from "./types.ts";

/** Pictures that a browser draws. Which of these a file is, the server says by its content. */
const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const largest = 10 << 20; // as the server shows

export function size(bytes: number): string {
  const f = new Intl.NumberFormat(locale.value, { maximumFractionDigits: bytes < 10_000_000 ? 1 : 0 });
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${f.format(bytes / 1_000_000)} MB`;
}

/** Attachments; with onDrop they can be taken off again. */
export function Files({ files, onDrop }: { files: FileRef[] | null; onDrop?: (id: string) => void }) {
  if (!files?.length) return null;
  return (
    <>
      {!onDrop && files.filter((f) => pictures.includes(f.type) && f.size <= largest).map((f) => <Picture key={f.id} file={f} />)}
      <ul class="files" aria-label={t("files.label")}>
        {files.map((f) => (
          <li key={f.id} class="file">
            <a href={address(`/files/${f.id}`)} download={f.name}>
              <Icon name={f.type.startsWith("image/") ? "image" : "file"} size={14} /><span>{f.name}</span><small>{size(f.size)}</small>
            </a>
            {onDrop && <button class="tool" aria-label={t("files.drop", { name: f.name })} onClick={() => onDrop(f.id)}><Icon name="close" size={12} /></button>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A picture that somebody sent, small and still, drawn once it comes into sight. When it is none, its name stands below. */
function Picture({ file: f }: { file: FileRef }) {
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<HTMLCanvasElement | null>(null);
  const src = address(`/files/${f.id}/picture`);
  useEffect(() => {
    const sight = new IntersectionObserver((seen) => {
      if (!seen.some((s) => s.isIntersecting)) return;
      sight.disconnect();
      draw(src).then(setDrawn, () => undefined);
    }, { rootMargin: "400px" });
    sight.observe(place.current!);
    return () => sight.disconnect();
  }, [src]);
  const label = t("files.large", { name: f.name });
  return <div ref={place} class="picture">{drawn && <a ref={(e) => e?.replaceChildren(drawn)} href={src} target="_blank" rel="noopener" aria-label={label} title={label} />}</div>;
}

/** Draws it on a canvas of its own, so that nothing moves and no address of a picture is needed in the page. */
async function draw(src: string): Promise<HTMLCanvasElement> {
  const answer = await fetch(src, { credentials: "same-origin" });
  if (!answer.ok) throw new Error();
  const all = await createImageBitmap(await answer.blob());
  const scale = Math.min(1, 640 / all.width, 480 / all.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(all.width * scale));
  canvas.height = Math.max(1, Math.round(all.height * scale));
  const pen = canvas.getContext("2d")!;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(all, 0, 0, canvas.width, canvas.height);
  all.close();
  return canvas;
}
