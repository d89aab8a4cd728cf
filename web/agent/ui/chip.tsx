import { Icon } from "./icon.tsx";
import { t } from "./texts.ts";
import { day, daysAway, now, said, span } from "./time.ts";
import type { CaseRow, PromiseMade } from "./types.ts";

/** Amber while it can be kept, red when it is too late. */
export function PromiseChip({ due, text }: { due: string; text: string }) {
  const late = now.value - Date.parse(due);
  if (late > 0) return <span class="chip red" title={text}><Icon name="warn" size={12} /><span>{t("chip.late", { span: span(late) })}</span></span>;
  const words = daysAway(due) === 0 ? t("chip.promise", { time: said(due) }) : `${capital(day(due))} ${said(due)}`;
  return <span class="chip amber" title={text}><Icon name="clock" size={12} /><span>{words}</span></span>;
}

/** By when a written question gets an answer, as the customer was told. */
export function AnswerChip({ due }: { due: string }) {
  const late = now.value - Date.parse(due);
  if (late > 0) return <span class="chip red"><Icon name="warn" size={12} /><span>{t("chip.answer_late", { span: span(late) })}</span></span>;
  const when = daysAway(due) === 0 ? said(due) : `${day(due)} ${said(due)}`;
  return <span class={late > -3_600_000 ? "chip amber" : "chip"}><Icon name="clock" size={12} /><span>{t("chip.answer", { time: when })}</span></span>;
}

/** A call back that was promised: the half hour that the customer chose. */
export function CallChip({ from, to }: { from: string; to: string }) {
  const late = now.value - Date.parse(to);
  if (late > 0) return <span class="chip red"><Icon name="warn" size={12} /><span>{t("chip.call_late", { span: span(late) })}</span></span>;
  return <span class="chip amber"><Icon name="phone" size={12} /><span>{t("chip.call", { time: between(from, to) })}</span></span>;
}

/** 14.00–14.30, with the day when that is another one. */
export function between(from: string, to: string): string {
  const hours = `${said(from)}–${said(to)}`;
  return daysAway(from) === 0 ? hours : `${day(from)} ${hours}`;
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Where a case stands, in one or two words. */
export function StatusChip({ of: c }: { of: CaseRow }) {
  if (c.status === "closed") return c.closed_by === "silence" ? <span class="chip">{t("chip.silence")}</span> : <span class="chip green"><Icon name="check" size={12} />{t("chip.solved")}</span>;
  if (c.status === "proposed") return <span class="chip green">{t("chip.proposed")}</span>;
  if (c.snoozed_until && Date.parse(c.snoozed_until) > now.value) return <span class="chip"><Icon name="snooze" size={12} />{capital(day(c.snoozed_until))} {said(c.snoozed_until)}</span>;
  if (c.question && !c.question.confirmed && c.question.asked_at) return <span class="chip">{t("chip.asked")}</span>;
  if (c.waiting_on === "customer") return <span class="chip">{t("chip.customer")}</span>;
  if (c.status === "new") return <span class="chip accent">{t("chip.new")}</span>;
  return <span class="chip accent">{t("chip.open")}</span>;
}

/** What is due first, a promise or the answer; where nothing is, how the case stands. */
export function DueChip({ of: c, call }: { of: CaseRow; call?: PromiseMade | undefined }) {
  if (c.status === "closed") return <StatusChip of={c} />;
  if (call?.call_at && c.next_promise?.id === call.id && !(c.answer_due && c.answer_due < call.due)) return <CallChip from={call.call_at} to={call.due} />;
  if (c.next_promise && !(c.answer_due && c.answer_due < c.next_promise.due)) return <PromiseChip due={c.next_promise.due} text={c.next_promise.text} />;
  return c.answer_due ? <AnswerChip due={c.answer_due} /> : <StatusChip of={c} />;
}

export function Chips({ of: c }: { of: CaseRow }) {
  return (
    <>
      <DueChip of={c} />
      {c.dissatisfied && <span class="chip red"><Icon name="frown" size={12} />{t("chip.dissatisfied")}</span>}
    </>
  );
}

/** How long a customer waits for us, said from one hour on. */
export function waits(c: CaseRow): string {
  if (!c.waiting_since || c.waiting_on !== "us" || c.status === "closed") return "";
  if (now.value - Date.parse(c.waiting_since) < 60_000) return "";
  return t("row.waits", { span: span(now.value - Date.parse(c.waiting_since)) });
}
