import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, words } from "./api.ts";
import { capital } from "./chip.tsx";
import { Icon } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { onFact, onReturn, watch } from "./live.ts";
import { locale, me } from "./me.ts";
import { QueueOnBoard } from "./queue.tsx";
import { follow, link, route } from "./route.ts";
import { count, t } from "./texts.ts";
import { dayHour, full, now, span } from "./time.ts";
import type { Board as Numbers, BoardPromise, CaseRow } from "./types.ts";
import { called } from "./who.ts";

const numbers = signal<Numbers | null>(null);
const wrong = signal("");

async function load(): Promise<void> {
  try {
    numbers.value = await get<Numbers>("/board");
    wrong.value = "";
  } catch (cause) {
    wrong.value = words(cause);
  }
}

let soon = 0;
const loadSoon = () => {
  if (soon || route.value.page !== "board") return;
  soon = window.setTimeout(() => { soon = 0; void load(); }, 800);
};
onFact((fact) => void (fact.seq && loadSoon()));
onReturn(loadSoon);
watch(loadSoon);

/** Now at the desk: who waits, what is due, who is dissatisfied. Only numbers that were counted. */
export function Board() {
  useEffect(() => void load(), []);
  const b = numbers.value;
  return (
    <main class="sheet" id="main" tabIndex={-1}>
      <header class="sheet-head"><h1>{t("board.title")}</h1><p class="soft">{capital(full(now.value))} · {me.value.org.name}</p></header>
      {wrong.value && <div class="says" role="alert"><Icon name="warn" size={22} /><p><b>{t("board.failed")}</b></p><p>{wrong.value}</p><button class="button" onClick={() => void load()}><Icon name="again" /> {t("desk.again")}</button></div>}
      {!b && !wrong.value && <Bones n={6} />}
      {b && <><Cards of={b} /><QueueOnBoard /></>}
    </main>
  );
}

function Cards({ of: b }: { of: Numbers }) {
  const oldest = b.oldest_waiting_since ? t("board.oldest", { span: span(now.value - Date.parse(b.oldest_waiting_since)) }) : t("board.nobody");
  const grade = b.grade_today === null ? "–" : new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(b.grade_today);
  return (
    <>
      <dl class="numbers">
        <Number name={t("board.waiting")} value={b.waiting} under={oldest} />
        <Number name={t("board.unassigned")} value={b.unassigned} under={t("board.unassigned_under")} />
        <Number name={t("board.due")} value={b.promises_due_today} under={t("board.due_hour", { n: b.promises_due_hour })} tone={b.promises_due_hour ? "amber" : ""} />
        <Number name={t("board.broken")} value={b.promises_broken_open} under={t("board.goal")} tone={b.promises_broken_open ? "red" : ""} />
        <Number name={t("board.dissatisfied")} value={b.dissatisfied} under={t("board.goal")} tone={b.dissatisfied ? "red" : ""} />
        <Number name={t("board.closed")} value={b.closed_today} under={count("board.by_customer", b.closed_by_customer_today)} tone={b.closed_by_customer_today ? "green" : ""} />
        <Number name={t("board.grade")} value={grade} under={b.grade_today === null ? t("board.no_grade") : t("board.grade_under")} />
      </dl>
      <div class="board-pair">
        <Promised list={b.promises ?? []} />
        <Unhappy list={b.dissatisfied_cases ?? []} />
      </div>
    </>
  );
}

function Number({ name, value, under, tone = "" }: { name: string; value: number | string; under: string; tone?: string }) {
  return <div class={tone}><dt>{name}</dt><dd>{value}</dd><dd class="sub">{under}</dd></div>;
}

function Promised({ list }: { list: BoardPromise[] }) {
  return (
    <section class="board-card">
      <h2>{t("board.promises")}</h2>
      {list.length === 0 ? <p class="soft">{t("board.no_promises")}</p> : (
        <div class="table"><table>
          <thead><tr><th scope="col">{t("board.promise")}</th><th scope="col">{t("board.owner")}</th><th scope="col" class="num">{t("board.when")}</th></tr></thead>
          <tbody>
            {list.map((p) => {
              const late = Date.parse(p.due) < now.value;
              return (
                <tr key={p.id}>
                  <td><a href={link({ page: "inbox", open: p.case.id })} onClick={(e) => follow(e, { page: "inbox", open: p.case.id })}>{p.text}</a><p>{p.case.subject} · {p.case.number}</p></td>
                  <td>{p.owner?.name ?? <span class="red-text">{t("board.nobody_owner")}</span>}</td>
                  <td class={`num ${late ? "red-text" : "amber-text"}`}><Icon name={late ? "warn" : "clock"} size={13} /> {late ? t("chip.late", { span: span(now.value - Date.parse(p.due)) }) : dayHour(p.due)}</td>
                </tr>
              );
            })}
          </tbody>
        </table></div>
      )}
    </section>
  );
}

function Unhappy({ list }: { list: CaseRow[] }) {
  return (
    <section class="board-card">
      <h2>{t("board.dissatisfied")}</h2>
      {list.length === 0 ? <p class="soft">{t("empty.dissatisfied")}</p> : (
        <div class="table"><table>
          <thead><tr><th scope="col">{t("board.customer")}</th><th scope="col">{t("board.owner")}</th><th scope="col" class="num">{t("board.since")}</th></tr></thead>
          <tbody>
            {list.map((c) => (
              <tr key={c.id}>
                <td><a href={link({ page: "inbox", open: c.id })} onClick={(e) => follow(e, { page: "inbox", open: c.id })}>{called(c.customer)}</a><p>{c.subject}</p></td>
                <td>{c.owner?.name ?? <span class="red-text">{t("board.nobody_owner")}</span>}</td>
                <td class="num">{span(now.value - Date.parse(c.updated_at))}</td>
              </tr>
            ))}
          </tbody>
        </table></div>
      )}
    </section>
  );
}
