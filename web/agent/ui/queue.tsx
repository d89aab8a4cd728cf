import { useEffect } from "preact/hooks";
import { AnswerChip, CallChip, capital } from "./chip.tsx";
import { Face } from "./face.tsx";
import { channelIcon, Icon } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { LimitCell } from "./limit.tsx";
import { leads, me } from "./me.ts";
import { Dot, openPresence } from "./presence.tsx";
import { stateWords } from "./presence.ts";
import { loadQueue, queue, queueError, watchQueue } from "./queue.ts";
import { follow, link } from "./route.ts";
import { dialog } from "./screen.ts";
import { count, t } from "./texts.ts";
import { full, now, said, span } from "./time.ts";
import { Wait } from "./wait.tsx";
import type { AtDesk, Queue as Line, Waiting, Written } from "./chat-types.ts";
import { called } from "./who.ts";

/** Who waits, in what order and why, and who of us is there. */
export function QueuePage() {
  useEffect(watchQueue, []);
  const q = queue.value;
  return (
    <main class="sheet" id="main" tabIndex={-1}>
      <header class="sheet-head">
        <h1>{t("queue.title")}</h1><p class="soft">{capital(full(now.value))} · {me.value.org.name}</p>
        <a class="wall-link" href={link({ page: "wall" })} onClick={(e) => follow(e, { page: "wall", open: "" })}><Icon name="screen" size={14} /> {t("rail.wall")}</a>
        {leads.value && q && !q.announcement && <button class="button" onClick={() => (dialog.value = "announce")}><Icon name="notice" /> {t("announce.make")}</button>}
      </header>
      {q && <Announced text={q.announcement ?? ""} />}
      <Body />
    </main>
  );
}

/** The same two tables, also under the figures of the board. */
export function QueueOnBoard() {
  useEffect(watchQueue, []);
  return <Body />;
}

function Body() {
  const q = queue.value;
  if (!q && queueError.value) {
    return <div class="says" role="alert"><Icon name="warn" size={22} /><p><b>{t("queue.failed")}</b></p><p>{queueError.value}</p><button class="button" onClick={() => void loadQueue()}><Icon name="again" /> {t("desk.again")}</button></div>;
  }
  if (!q) return <Bones n={4} />;
  return <div class="board-pair queue-pair"><div class="board-stack"><Waiters of={q} /><InWriting of={q} /></div><People list={q.agents} /></div>;
}

function Announced({ text }: { text: string }) {
  if (!text) return null;
  return (
    <section class="announced" aria-label={t("announce.now")}>
      <Icon name="notice" size={18} /><div><h2>{t("announce.now")}</h2><p>{text}</p></div>
      {leads.value && <button class="button" onClick={() => (dialog.value = "announce")}>{t("announce.change")}</button>}
    </section>
  );
}

function Waiters({ of: q }: { of: Line }) {
  const free = q.agents.filter((a) => a.state === "available" && a.present && a.live < a.chats).length;
  return (
    <section class="board-card">
      <h2>{t("queue.waiting")} {q.waiting.length > 0 && <span class="chip accent">{q.waiting.length}</span>}</h2>
      {q.waiting.length === 0 ? <p class="soft">{t("queue.nobody")} {free ? count("queue.free", free) : t("queue.none_free")}</p> : (
        <div class="table"><table>
          <thead><tr><th scope="col" class="tight">{t("queue.place")}</th><th scope="col">{t("queue.who")}</th><th scope="col" class="wide-only">{t("queue.offered")}</th><th scope="col" class="num">{t("queue.since")}</th></tr></thead>
          <tbody>{q.waiting.map((w) => <Waiter key={w.contact} of={w} />)}</tbody>
        </table></div>
      )}
    </section>
  );
}

function Waiter({ of: w }: { of: Waiting }) {
  const to = { page: "inbox" as const, open: w.case.id };
  const offered = w.offered_to && (w.offered_to.id === me.value.agent.id ? t("desk.you_object") : w.offered_to.name);
  const stays = w.waits_for && w.waits_until && t("queue.stays", { name: w.waits_for.name, time: said(w.waits_until) });
  const department = typeof w.department === "string" ? w.department : w.department?.name ?? "";
  return (
    <tr>
      <td class="place-no">{w.position}</td>
      <td>
        <Icon name={channelIcon(w.channel)} size={14} class="faint" /> <a href={link(to)} onClick={(e) => follow(e, to)}>{called(w.customer)}</a>
        <p class="queue-text">{w.text || w.case.subject}</p>{department && <p>{department}</p>}
        {offered && <p class="narrow-only">{t("queue.offered")}: {offered}</p>}
        {stays && <p>{stays}</p>}
      </td>
      <td class="wide-only">{offered || <span class="soft">{t("queue.not_offered")}</span>}</td>
      <td class="num"><b><Wait from={w.since} label={false} /></b><p>{t("queue.from", { time: said(w.since) })}</p></td>
    </tr>
  );
}

/** Mail and forms that wait for somebody to take them, in the order in which they are offered. */
function InWriting({ of: q }: { of: Line }) {
  const { count: n, first } = q.in_writing;
  return (
    <section class="board-card">
      <h2>{t("queue.in_writing")} {n > 0 && <span class="chip accent">{n}</span>}</h2>
      {n === 0 ? <p class="soft">{t("queue.nothing_written")}</p> : (
        <div class="table"><table>
          <thead><tr><th scope="col">{t("queue.who")}</th><th scope="col" class="wide-only">{t("queue.offered")}</th><th scope="col" class="num">{t("queue.due")}</th></tr></thead>
          <tbody>{first.map((w) => <Writer key={w.case.id} of={w} />)}</tbody>
        </table></div>
      )}
      {n > first.length && <p class="soft">{t("queue.more_written", { n: n - first.length })}</p>}
    </section>
  );
}

function Writer({ of: w }: { of: Written }) {
  const to = { page: "inbox" as const, open: w.case.id };
  const offered = w.offered_to && (w.offered_to.id === me.value.agent.id ? t("desk.you_object") : w.offered_to.name);
  return (
    <tr>
      <td>
        <Icon name={channelIcon(w.channel)} size={14} class="faint" /> <a href={link(to)} onClick={(e) => follow(e, to)}>{called(w.customer)}</a>
        <p class="queue-text">{w.case.subject}</p>{w.department && <p>{w.department.name}</p>}
      </td>
      <td class="wide-only">{offered || <span class="soft">{t("queue.not_offered")}</span>}</td>
      <td class="num">{w.call_at ? <CallChip from={w.call_at} to={w.due} /> : <AnswerChip due={w.due} />}</td>
    </tr>
  );
}

const rank = { available: 0, busy: 1, away: 2 };

function People({ list }: { list: AtDesk[] }) {
  const sorted = [...list].sort((a, b) => rank[a.state] - rank[b.state] || a.name.localeCompare(b.name));
  return (
    <section class="board-card">
      <h2>{t("queue.people")}</h2>
      {sorted.length === 0 ? <p class="soft">{t("queue.no_people")}</p> : (
        <div class="table"><table>
          <thead><tr><th scope="col">{t("queue.agent")}</th><th scope="col" class="num">{t("queue.chats")}</th></tr></thead>
          <tbody>
            {sorted.map((a) => (
              <tr key={a.id}>
                <td><div class="person"><Face of={a}><Dot state={a.state} /></Face><div>{a.id === me.value.agent.id ? <button class="link" onClick={openPresence}>{a.name}</button> : <b>{a.name}</b>}<p>{stateWords(a)}<For from={a.since} /></p></div></div></td>
                <td class="num"><LimitCell of={a} /></td>
              </tr>
            ))}
          </tbody>
        </table></div>
      )}
    </section>
  );
}

/** How long somebody has been in this state; in minutes, so looked at with the slow clock. */
function For({ from }: { from: string | null }) {
  return from && Date.parse(from) > 0 ? <> · {span(now.value - Date.parse(from))}</> : null;
}
