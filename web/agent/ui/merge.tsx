import { useEffect, useState } from "preact/hooks";
import { get, words } from "./api.ts";
import { act, busy } from "./casefile.ts";
import { StatusChip } from "./chip.tsx";
import { Box, Feet } from "./dialog.tsx";
import { go } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import { short } from "./time.ts";
import { Wrong } from "./wrong.tsx";
import type { CaseDetail, CaseRow } from "./types.ts";
import { called } from "./who.ts";

/** Finds the case this one belongs to: first those of the same customer. */
export function Merge({ of: c }: { of: CaseDetail }) {
  const [q, setQ] = useState("");
  const [found, setFound] = useState<CaseRow[] | null>(null);
  const [wrong, setWrong] = useState("");
  const [into, setInto] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    const path = q.trim() ? `/cases?view=all&limit=20&q=${encodeURIComponent(q.trim())}` : `/cases?view=all&limit=20&customer=${c.customer.id}`;
    const timer = setTimeout(() => {
      get<{ cases: CaseRow[] }>(path, stop.signal).then((r) => { setFound(r.cases.filter((o) => o.id !== c.id)); setWrong(""); }, (cause: unknown) => !stop.signal.aborted && setWrong(words(cause)));
    }, q ? 200 : 0);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q]);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (into && (await act("merge", { into }, t("done.merged")))) {
      dialog.value = "";
      go({ open: into });
    }
  };
  return (
    <Box title={t("merge.title")}>
      <form onSubmit={(e) => void submit(e)}>
        <p class="soft">{t("merge.about", { number: c.number })}</p>
        <div class="field"><label for="merge-q">{t("merge.search")}</label><input id="merge-q" type="search" value={q} autocomplete="off" autofocus onInput={(e) => setQ(e.currentTarget.value)} /></div>
        <fieldset class="pick-list">
          <legend class="sr">{t("merge.into")}</legend>
          {wrong && <Wrong text={wrong} alert />}
          {found?.length === 0 && <p class="soft">{q ? t("empty.search", { q }) : t("merge.none")}</p>}
          {found?.map((o) => (
            <label key={o.id} class="pick">
              <input type="radio" name="into" value={o.id} checked={into === o.id} onChange={() => setInto(o.id)} />
              <span><b>{o.subject}</b><small>{called(o.customer)} · {o.number} · {short(o.updated_at)}</small></span><StatusChip of={o} />
            </label>
          ))}
        </fieldset>
        <Feet label={t("merge.do")} ready={into !== "" && !busy.value} />
      </form>
    </Box>
  );
}
