import { useState } from "preact/hooks";
import { between } from "./chip.tsx";
import { act, busy } from "./casefile.ts";
import { Icon } from "./icon.tsx";
import { me } from "./me.ts";
import { compose } from "./screen.ts";
import { count, t } from "./texts.ts";
import { dayHour, full, now, span } from "./time.ts";
import { DueField } from "./due.tsx";
import { when } from "./when.ts";
import type { CaseDetail, PromiseMade } from "./types.ts";

/** What we said we would do, on top of the customer's column. */
export function Promises({ of: c }: { of: CaseDetail }) {
  const order = { broken: 0, open: 1, kept: 2, withdrawn: 3 };
  const list = [...(c.promises ?? [])].sort((a, b) => order[a.status] - order[b.status] || a.due.localeCompare(b.due));
  const live = list.filter((p) => p.status === "open" || p.status === "broken");
  const before = list.filter((p) => !live.includes(p));
  return (
    <section>
      <h3>{t("promise.head")} <button class="tool" aria-label={t("promise.make")} title={`${t("promise.make")} (A)`} onClick={() => compose("promise")}><Icon name="plus" size={14} /></button></h3>
      {live.length === 0 ? <p class="soft">{t(before.length ? "promise.none_open" : "promise.none")}</p> : <ul class="promises">{live.map((p) => <li key={p.id}><One promise={p} /></li>)}</ul>}
      {before.length > 0 && (
        <details class="quoted">
          <summary>{count("promise.before", before.length)}</summary>
          <ul class="promises">{before.map((p) => <li key={p.id}><One promise={p} /></li>)}</ul>
        </details>
      )}
    </section>
  );
}

function about(p: PromiseMade): string {
  const by = p.owner ? t("promise.by", { name: p.owner.id === me.value.agent.id ? t("desk.you_object") : p.owner.name }) : "";
  const left = Date.parse(p.due) - now.value;
  const when = p.call_at ? between(p.call_at, p.due) : dayHour(p.due);
  const state = p.status === "kept" && p.kept_at ? t("promise.kept", { when: dayHour(p.kept_at) })
    : p.status === "withdrawn" ? t("promise.withdrawn")
    : p.status === "broken" || left < 0 ? t("promise.late", { when, span: span(-left) })
    : p.call_at ? t("promise.call", { when })
    : left < 86_400_000 ? t("promise.left", { when, span: span(left) }) : when;
  return [state, by].filter(Boolean).join(" · ");
}

function One({ promise: p }: { promise: PromiseMade }) {
  const [form, setForm] = useState<"" | "move" | "withdraw">("");
  const late = p.status === "broken" || (p.status === "open" && Date.parse(p.due) < now.value);
  const live = p.status === "open" || p.status === "broken";
  return (
    <div class={`promise-card ${late ? "broken" : p.status}`}>
      <Icon name={p.status === "kept" ? "check" : late ? "warn" : p.call_at ? "phone" : "clock"} />
      <div>
        <strong>{p.text}</strong>
        <span title={full(p.due)}>{about(p)}</span>
        {p.moved_from && <span class="moved">{t("promise.moved_from", { when: dayHour(p.moved_from) })}</span>}
        {live && !form && (
          <p class="promise-acts">
            <button class="link" disabled={!!busy.value} onClick={() => void act(`promises/${p.id}/kept`, {}, t("done.kept"))}>{t("promise.keep")}</button>
            <button class="link" onClick={() => setForm("move")}>{t("promise.move")}</button>
            <button class="link" onClick={() => setForm("withdraw")}>{t("promise.withdraw")}</button>
          </p>
        )}
        {form && <Change promise={p} move={form === "move"} done={() => setForm("")} />}
      </div>
    </div>
  );
}

/** Moving and withdrawing are told to the customer, so they ask why. */
function Change({ promise: p, move, done }: { promise: PromiseMade; move: boolean; done: () => void }) {
  const [due, setDue] = useState("");
  const [reason, setReason] = useState("");
  const at = when(due);
  const ready = reason.trim() !== "" && (!move || at !== null);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (!ready) return;
    const ok = move ? await act(`promises/${p.id}/move`, { due: at!.toISOString(), reason }, t("done.moved")) : await act(`promises/${p.id}/withdraw`, { reason }, t("done.withdrawn"));
    if (ok) done();
  };
  return (
    <form class="promise-change" onSubmit={(e) => void submit(e)} onKeyDown={(e) => { if (e.key === "Escape") { e.stopPropagation(); done(); } }}>
      {move && <DueField value={due} onValue={setDue} id={`due-${p.id}`} focus />}
      <label for={`why-${p.id}`}>{t("promise.why")}</label>
      <input id={`why-${p.id}`} class="input" value={reason} placeholder={t("promise.why_hint")} onInput={(e) => setReason(e.currentTarget.value)} ref={(el) => { if (el && !move && !reason) el.focus(); }} />
      <p class="promise-acts"><button class="button primary" disabled={!ready || !!busy.value}>{move ? t("promise.move_do") : t("promise.withdraw_do")}</button><button type="button" class="button" onClick={done}>{t("desk.cancel")}</button></p>
    </form>
  );
}
