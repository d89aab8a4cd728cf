import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";
import { locale } from "./me.ts";
import { stateWords } from "./presence.ts";
import { Dot } from "./presence.tsx";
import { follow, link } from "./route.ts";
import { t } from "./texts.ts";
import { now } from "./time.ts";
import { Chart } from "./wall-chart.tsx";
import { useRows } from "./wall-fit.ts";
import { Age, age } from "./wall-words.tsx";
import { called } from "./who.ts";
import type { AtDesk, CaseName } from "./chat-types.ts";
import type { BoardPromise, Named } from "./types.ts";
import type { Wall, WallUnhappy } from "./wall.ts";

export function Arrived({ of: w }: { of: Wall }) {
  const { today, usual_by_now, weeks } = w.arrivals;
  const number = (n: number, digits = 0) => new Intl.NumberFormat(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
  return (
    <section class="wall-card wall-arrived">
      <h2>{t("wall.arrivals")}</h2>
      <p class="wall-sums"><b>{t("wall.today", { n: number(today) })}</b>{weeks > 0 && <span>{t("wall.usual", { n: number(usual_by_now) })}</span>}<span>{t("wall.closed", { n: number(w.closed) })}</span>{w.grade !== null && <span>{t("wall.grade", { n: number(w.grade, 1) })}</span>}</p>
      {today === 0 && weeks === 0 ? <p class="wall-none soft">{t("wall.arrivals_none")}</p> : <Chart of={w.arrivals} at={w.at} />}
    </section>
  );
}

/** A list that shows what there is room for and says how many more there are. */
function List<T>({ all, more, row }: { all: T[]; more: number; row: (one: T) => ComponentChildren }) {
  const [ref, fit] = useRows<HTMLUListElement>(2.8, all.length + (more ? 1 : 0));
  const shown = all.slice(0, Math.min(fit, all.length));
  const rest = all.length - shown.length + more;
  return <ul class="wall-list" ref={ref}>{shown.map(row)}{rest > 0 && <li class="wall-more soft">{t("wall.more", { n: rest })}</li>}</ul>;
}

function Case({ of: c, children }: { of: CaseName; children: ComponentChildren }) {
  const to = { page: "inbox" as const, open: c.id };
  return <a href={link(to)} onClick={(e) => follow(e, to)}>{children}</a>;
}

const owner = (of: Named | null) => (of ? of.name : <span class="red-text">{t("wall.owner_none")}</span>);

export function Promised({ of: w }: { of: Wall }) {
  const { list, broken, due_hour } = w.promises;
  return (
    <section class="wall-card wall-promises">
      <h2>{t("wall.promises")}</h2>
      {list.length === 0 ? <p class="wall-none soft"><Icon name="check" /> {t("wall.promises_none")}</p> : <List all={list} more={Math.max(0, broken + due_hour - list.length)} row={promise} />}
    </section>
  );
}

function promise(p: BoardPromise) {
  const gone = now.value - Date.parse(p.due);
  const late = gone >= 0;
  return (
    <li key={p.id}>
      <div><p class="cut"><Case of={p.case}>{p.text || t("wall.answer")}</Case></p><p class="cut soft">{owner(p.owner)} · {p.case.subject}</p></div>
      <p class={late ? "red-text" : "amber-text"}><Icon name={late ? "warn" : "clock"} /> {late ? t("chip.late", { span: age(gone) }) : t("wall.left", { span: age(-gone) })}</p>
    </li>
  );
}

export function Unhappy({ of: w }: { of: Wall }) {
  const { list, count } = w.dissatisfied;
  return (
    <section class="wall-card wall-unhappy">
      <h2>{t("wall.unhappy")}</h2>
      {list.length === 0 ? <p class="wall-none soft"><Icon name="check" /> {t("wall.unhappy_none")}</p> : <List all={list} more={Math.max(0, count - list.length)} row={unhappy} />}
    </section>
  );
}

function unhappy(u: WallUnhappy) {
  return (
    <li key={u.case.id}>
      <div><p class="cut"><Case of={u.case}>{called(u.customer)}</Case></p><p class="cut soft">{owner(u.owner)} · {u.case.subject}</p></div>
      <p><Age at={u.since} /></p>
    </li>
  );
}

const rank = { available: 0, busy: 1, away: 2 };

export function People({ of: w }: { of: Wall }) {
  const all = [...w.people.list].sort((a, b) => rank[a.state] - rank[b.state] || a.name.localeCompare(b.name));
  const [ref, fit] = useRows<HTMLUListElement>(2.1, all.length, 2);
  const rest = all.length - fit;
  return (
    <section class="wall-card wall-people">
      <h2>{t("wall.people")}</h2>
      {all.length === 0 ? <p class="wall-none soft">{t("wall.people_none")}</p> : <ul class="wall-list two" ref={ref}>{all.slice(0, fit).map((a) => <Person key={a.id} of={a} />)}{rest > 0 && <li class="wall-more soft">{t("wall.more", { n: rest })}</li>}</ul>}
    </section>
  );
}

/** The reason in their own words, else the state: there is room for one. */
const briefly = (a: AtDesk) => (a.reason && a.reason !== "missed" && a.reason !== "gone" ? a.reason : stateWords({ state: a.state, reason: "" }));

/** A name, the state in a word, and a box for each chat that is taken. */
function Person({ of: a }: { of: AtDesk }) {
  return (
    <li class={a.state}>
      <Dot state={a.state} />
      <div><p class="cut" title={stateWords(a)}>{a.name} {a.state !== "available" && <span class="soft" aria-hidden="true">{briefly(a)}</span>}<span class="sr">{stateWords(a)}</span></p></div>
      <p class="wall-load"><span class="sr">{t("wall.chats_said", { n: a.live, most: a.chats })}</span>{a.state !== "away" || a.live ? <span class="boxes" aria-hidden="true">{Array.from({ length: Math.max(a.chats, a.live) }, (_, i) => <i key={i} class={i < a.live ? "taken" : ""} />)}</span> : null}</p>
    </li>
  );
}
