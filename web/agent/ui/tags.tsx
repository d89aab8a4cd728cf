import { useState } from "preact/hooks";
import { act, busy } from "./casefile.ts";
import { Box, Feet } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { rows } from "./inbox.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";

const clean = (text: string) => text.trim().replace(/^#/, "").toLowerCase().replace(/\s+/g, "-");

export function Tags({ of: c }: { of: CaseDetail }) {
  const [tags, setTags] = useState(c.tags);
  const [text, setText] = useState("");
  const used = [...new Set(rows.value.flatMap((r) => r.tags))].filter((x) => !tags.includes(x)).slice(0, 8);
  const add = (tag: string) => {
    const one = clean(tag);
    if (one && !tags.includes(one)) setTags([...tags, one]);
    setText("");
  };
  const submit = async (e: Event) => {
    e.preventDefault();
    if (text.trim()) return add(text);
    const change = { add: tags.filter((x) => !c.tags.includes(x)), remove: c.tags.filter((x) => !tags.includes(x)) };
    if (!change.add.length && !change.remove.length) dialog.value = "";
    else if (await act("tags", change)) dialog.value = "";
  };
  return (
    <Box title={t("tags.title")}>
      <form onSubmit={(e) => void submit(e)}>
        <ul class="tag-list" aria-label={t("tags.title")}>
          {tags.map((x) => <li key={x} class="chip">#{x} <button type="button" class="tool" aria-label={t("tags.drop", { tag: x })} onClick={() => setTags(tags.filter((y) => y !== x))}><Icon name="close" size={12} /></button></li>)}
        </ul>
        <div class="field"><label for="tag-new">{t("tags.add")}</label><input id="tag-new" value={text} autocomplete="off" autofocus placeholder={t("tags.hint")} onInput={(e) => setText(e.currentTarget.value)} /></div>
        {used.length > 0 && <p class="due-quick">{used.map((x) => <button key={x} type="button" class="chip" onClick={() => add(x)}>#{x}</button>)}</p>}
        <Feet label={text.trim() ? t("tags.put") : t("desk.save")} ready={!busy.value} />
      </form>
    </Box>
  );
}
