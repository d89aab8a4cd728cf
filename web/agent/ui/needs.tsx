import { useEffect, useState } from "preact/hooks";
import { act, busy } from "./casefile.ts";
import { Box, Feet } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { needPeople, skills } from "./me.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseDetail, Need } from "./types.ts";

/** By skill, the least level; what is not needed is not in it. */
export type Chosen = Record<string, number>;
export const chosen = (needs: Need[]): Chosen => Object.fromEntries(needs.map((n) => [n.skill.id, n.least]));
export const asked = (c: Chosen) => Object.entries(c).map(([skill, least]) => ({ skill, least }));

const same = (a: Chosen, b: Chosen) => JSON.stringify(asked(a).sort(by)) === JSON.stringify(asked(b).sort(by));
const by = (a: { skill: string }, b: { skill: string }) => a.skill.localeCompare(b.skill);

/** A choice of level for each skill of the organisation. */
export function NeedFields({ now, set }: { now: Chosen; set: (c: Chosen) => void }) {
  const choose = (id: string, level: number) => {
    const next = { ...now };
    if (level) next[id] = level;
    else delete next[id];
    set(next);
  };
  return (
    <div class="fields">
      {skills.value.map((s) => (
        <div class="field" key={s.id}>
          <label for={`need-${s.id}`}>{s.name}</label>
          <select id={`need-${s.id}`} value={String(now[s.id] ?? 0)} onInput={(e) => choose(s.id, Number(e.currentTarget.value))}>
            {[0, 1, 2, 3].map((n) => <option key={n} value={n}>{t(`need.level_${n}`)}</option>)}
          </select>
        </div>
      ))}
    </div>
  );
}

/** What an agent must know to help with this case. */
export function Needs({ of: c }: { of: CaseDetail }) {
  const before = chosen(c.needs ?? []);
  const [now, setNow] = useState(before);
  useEffect(() => void needPeople(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (same(before, now) || (await act("needs", { needs: asked(now) }, t("done.needs")))) dialog.value = "";
  };
  return (
    <Box title={t("need.title")}>
      <form onSubmit={(e) => void submit(e)}>
        <p class="hint">{t("need.hint")}</p>
        {skills.value.length === 0 ? <p class="soft">{t("need.none_yet")}</p> : <NeedFields now={now} set={setNow} />}
        <Feet label={t("desk.save")} ready={!busy.value && skills.value.length > 0} />
      </form>
    </Box>
  );
}

/** In the customer's column: what was asked for, if anything. */
export function NeedsNow({ of: c }: { of: CaseDetail }) {
  const needs = c.needs ?? [];
  if (!needs.length) return null;
  return (
    <section>
      <h3>{t("need.head")} <button class="tool" aria-label={t("need.change")} title={`${t("need.change")} (V)`} onClick={() => (dialog.value = "needs")}><Icon name="pencil" size={14} /></button></h3>
      <ul class="points">{needs.map((n) => <li key={n.skill.id}><Icon name="solution" size={14} class="faint" /><span>{needWords(n)}</span></li>)}</ul>
    </section>
  );
}

/** Engels, or Meters (goed). */
export const needWords = (n: Need): string => (n.least > 1 ? t("need.at_least", { name: n.skill.name, level: t(`need.short_${n.least}`) }) : n.skill.name);
