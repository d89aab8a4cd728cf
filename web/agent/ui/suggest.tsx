import { post } from "./api.ts";
import { agents, locale, me, replies } from "./me.ts";
import { t } from "./texts.ts";

export interface Suggestion { id: string; name: string; about: string; text: string; mention: boolean }

/** The word being typed before the caret when it starts with the sign. */
export function wordAt(text: string, caret: number, sign: "/" | "@"): { sign: "/" | "@"; from: number; q: string } | null {
  const m = new RegExp(`(?:^|\\s)${sign}([\\p{L}\\d_-]*)$`, "u").exec(text.slice(0, caret));
  return m ? { sign, from: caret - m[1]!.length - 1, q: m[1]! } : null;
}

export function matching(sign: "/" | "@", q: string): Suggestion[] {
  const low = q.toLowerCase();
  const fits = (...texts: string[]) => texts.some((x) => x.toLowerCase().includes(low));
  const all: Suggestion[] = sign === "@"
    ? agents.value.filter((a) => a.id !== me.value.agent.id && fits(a.name)).map((a) => ({ id: a.id, name: a.name, about: a.present ? t("agent.present") : t("agent.absent"), text: `@${a.name} `, mention: true }))
    : [...replies.value].filter((r) => fits(r.name, r.shortcut)).sort((a, b) => Number(b.locale === locale.value) - Number(a.locale === locale.value))
      .map((r) => ({ id: r.id, name: r.name, about: r.text, text: r.text, mention: false }));
  return all.slice(0, 7);
}

/** The text to put: a saved reply with its fields filled in by the server. Without an answer the fields stay to be seen. */
export async function choose(s: Suggestion, caseID: string): Promise<string> {
  if (s.mention || !s.text.includes("{{")) return s.text;
  try {
    return (await post<{ text: string }>(`/cases/${caseID}/fill`, { text: s.text })).text;
  } catch {
    return s.text;
  }
}

export function Suggestions({ list, at, onPick }: { list: Suggestion[]; at: number; onPick: (s: Suggestion) => void }) {
  if (!list.length) return null;
  return (
    <ul id="suggestions" class="suggestions" role="listbox" aria-label={t(list[0]!.mention ? "compose.mention" : "compose.replies")}>
      {list.map((s, i) => (
        <li key={s.id} id={`suggestion-${i}`} role="option" aria-selected={i === at} onMouseDown={(e) => { e.preventDefault(); onPick(s); }}>
          <b>{s.name}</b><span>{s.about}</span>
        </li>
      ))}
    </ul>
  );
}
