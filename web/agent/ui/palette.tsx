import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.ts";
import { commands, keysOf } from "./commands.ts";
import { Box } from "./dialog.tsx";
import { channelIcon, Icon, type IconName } from "./icon.tsx";
import { rows } from "./inbox.ts";
import { go } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseRow } from "./types.ts";

interface Item { id: string; icon: IconName; text: string; about: string; key: string; run: () => void }

/** Every word typed must start a word of the text. */
const fits = (text: string, q: string) => {
  const words = text.toLowerCase().split(/[^\p{L}\d]+/u);
  return q.toLowerCase().split(/\s+/).filter(Boolean).every((w) => words.some((x) => x.startsWith(w)) || text.toLowerCase().includes(` ${w}`));
};
const caseItem = (c: CaseRow): Item => ({ id: `case-${c.id}`, icon: channelIcon(c.channel), text: c.customer.name || c.customer.email, about: `${c.subject} · ${c.number}`, key: "", run: () => go({ page: "inbox", open: c.id }) });

/** Everything that can be done or opened, by name. */
export function Palette() {
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<CaseRow[]>([]);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    setAt(0);
    setFound([]);
    if (q.trim().length < 2) return;
    const stop = new AbortController();
    const timer = setTimeout(() => void get<{ cases: CaseRow[] }>(`/cases?view=all&limit=8&q=${encodeURIComponent(q.trim())}`, stop.signal).then((r) => setFound(r.cases), () => undefined), 150);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q]);
  const does: Item[] = commands().filter((c) => fits(c.label, q)).map((c) => ({ id: c.id, icon: c.icon, text: c.label, about: "", key: keysOf(c).join(" "), run: c.run }));
  const near = rows.value.filter((c) => fits(`${c.customer.name} ${c.subject} ${c.number}`, q)).slice(0, q ? 8 : 4);
  const cases = [...near, ...found.filter((f) => !near.some((n) => n.id === f.id))].slice(0, 8).map(caseItem);
  const all = q ? [...cases, ...does] : [...does, ...cases];
  const run = (item: Item | undefined) => {
    if (!item) return;
    dialog.value = "";
    // After the dialog gave the focus back, so that the command may take it.
    setTimeout(item.run);
  };
  const keys = (e: KeyboardEvent) => {
    const to = e.key === "ArrowDown" ? Math.min(at + 1, all.length - 1) : e.key === "ArrowUp" ? Math.max(at - 1, 0) : -1;
    if (e.key === "Enter") { e.preventDefault(); run(all[at]); }
    if (to < 0) return;
    e.preventDefault();
    setAt(to);
    list.current?.children[to]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <Box title={t("rail.palette")} bare>
      <div class="palette-q">
        <Icon name="search" />
        <input role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={all[at] ? `palette-${at}` : undefined} aria-label={t("palette.label")} placeholder={t("palette.hint")} autocomplete="off" value={q} autofocus onInput={(e) => setQ(e.currentTarget.value)} onKeyDown={keys} />
        <kbd class="kbd">Esc</kbd>
      </div>
      {all.length === 0 && <p class="soft palette-none" role="status">{t("palette.none")}</p>}
      <ul id="palette-list" ref={list} role="listbox" aria-label={t("rail.palette")} class="palette-list" hidden={all.length === 0}>
        {all.map((item, i) => (
          <li key={item.id} id={`palette-${i}`} role="option" aria-selected={i === at} onClick={() => run(item)} onMouseMove={() => at !== i && setAt(i)}>
            <Icon name={item.icon} /><span><b>{item.text}</b>{item.about && <small>{item.about}</small>}</span>{item.key && <kbd class="kbd">{item.key}</kbd>}
          </li>
        ))}
      </ul>
    </Box>
  );
}
