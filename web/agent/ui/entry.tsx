import { inChat } from "./contact.ts";
import { SeenMark } from "./contact.tsx";
import { Files } from "./files.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { address } from "./api.ts";
import { MailFrame } from "./mail-frame.tsx";
import { me } from "./me.ts";
import { Rich } from "./rich.tsx";
import { known, t } from "./texts.ts";
import { dayHour, dayKey, day, full, hour } from "./time.ts";
import type { CaseDetail, Entry } from "./types.ts";
import { capital } from "./chip.tsx";
import { called } from "./who.ts";

const word = (v: unknown): string => (typeof v === "string" || typeof v === "number" ? String(v) : "");

/** One line of the timeline, in the shape that fits what it is. */
export function Line({ entry: e, before, of: c }: { entry: Entry; before: Entry | undefined; of: CaseDetail }) {
  const newDay = !before || dayKey(before.at) !== dayKey(e.at);
  return (
    <>
      {newDay && <li class="day-line"><span>{capital(day(e.at))}</span></li>}
      <Shape entry={e} of={c} />
    </>
  );
}

function Shape({ entry: e, of: c }: { entry: Entry; of: CaseDetail }) {
  switch (e.kind) {
    case "message": return <Bubble entry={e} of={c} />;
    case "note": return <Bubble entry={e} of={c} note />;
    case "confirmed": return confirms(e, c) ? null : <System entry={e} />;
    case "read_back": return <ReadBack entry={e} of={c} />;
    case "promise": return <Card entry={e} tone="amber" icon="promise" head={t("entry.promise")} under={e.data?.["due"] ? capital(dayHour(word(e.data["due"]))) : ""} />;
    case "solution": return <Card entry={e} tone="accent" icon="solution" head={t("entry.solution")} />;
    case "corrected": return <Card entry={e} tone="plain" icon="question" head={t("entry.corrected")} left />;
    case "not_solved": return <Card entry={e} tone="red" icon="reopen" head={t("entry.not_solved")} left />;
    case "feedback": return <Judged entry={e} />;
    case "rule": return <Ruled entry={e} />;
    default: return <System entry={e} />;
  }
}

function who(e: Entry): string {
  if (e.actor.kind === "system") return t("desk.system");
  if (e.actor.kind === "rule") return e.actor.name ? t("rule.named", { name: e.actor.name }) : t("rule.desk");
  if (e.actor.kind === "customer") return called(e.actor);
  return e.actor.kind === "agent" && e.actor.id === me.value.agent.id ? t("desk.you") : e.actor.name;
}

function Bubble({ entry: e, of: c, note }: { entry: Entry; of: CaseDetail; note?: boolean }) {
  const side = e.actor.kind === "customer" ? "theirs" : "ours";
  return (
    <li class={`bubble-line ${note ? "note" : side}`}>
      <article class="bubble">
        {note && <p class="private"><Icon name={inChat(e, c) ? "whisper" : "lock"} size={12} /> {t(inChat(e, c) ? "chat.whisper" : "entry.private")}</p>}
        {word(e.data?.["other_sender"]) && <p class="private"><Icon name="warn" size={12} /> {t("entry.other_sender", { address: word(e.data?.["other_sender"]) })}</p>}
        {word(e.data?.["problem"]) && <p class="private"><Icon name="warn" size={12} /> {t("entry.problem")}</p>}
        <Rich text={e.text} marked={e.actor.kind !== "customer"} />
        {note && e.mentions?.includes(me.value.agent.id) && <p class="mentions">{t("entry.mentioned")}</p>}
        {e.quoted && <details class="quoted"><summary>{t("entry.quoted")}</summary><p>{e.quoted}</p></details>}
        <Files files={e.files} />
        {e.html && <MailFrame id={e.id} />}
        <footer>
          <span>{who(e)}</span><time dateTime={e.at} title={full(e.at)}>{hour(e.at)}</time>
          {!note && <Delivery entry={e} />}{!note && <SeenMark entry={e} of={c} />}
          {e.raw && <a href={address(`/messages/${e.id}/raw`)} download aria-label={t("entry.raw")} title={t("entry.raw")}><Icon name="download" size={12} /></a>}
        </footer>
      </article>
    </li>
  );
}

/** What became of the mail: "at the server", or refused and why. */
export function Delivery({ entry: e }: { entry: Entry }) {
  if (!e.delivery) return null;
  const { state, reason } = e.delivery;
  const bad = /refus|bounc|fail|dead/.test(state);
  const text = known(`delivery.${state}`, state);
  return <span class={bad ? "refused" : ""}>{bad && <Icon name="warn" size={12} />}{reason ? `${text}: ${reason}` : text}</span>;
}

/** The card of the read-back shows its confirmation itself. */
function confirms(e: Entry, c: CaseDetail): boolean {
  const before = c.timeline.slice(0, c.timeline.indexOf(e)).filter((o) => o.kind === "read_back" || o.kind === "confirmed" || o.kind === "corrected").at(-1);
  return before?.kind === "read_back";
}

function ReadBack({ entry: e, of: c }: { entry: Entry; of: CaseDetail }) {
  const question = word(e.data?.["question"]) || e.text;
  const latest = c.timeline.filter((o) => o.kind === "read_back").at(-1)?.id === e.id;
  const after = c.timeline.slice(c.timeline.indexOf(e) + 1).find((o) => o.kind === "confirmed" || o.kind === "corrected" || o.kind === "read_back");
  const yes = after?.kind === "confirmed" || (latest && c.question?.confirmed);
  return (
    <li class="bubble-line ours">
      <article class={`card-entry green ${yes ? "" : "waits"}`}>
        <h3>{t("entry.read_back")}</h3>
        <p class="quote">{question}</p>
        <p class="card-state">
          {yes ? <span class="chip green"><Icon name="check" size={12} /><span>{t("entry.confirmed", { name: c.customer.name.split(" ")[0] ?? "", time: hour(after?.at ?? c.question?.confirmed_at ?? e.at) })}</span></span>
            : after ? <span class="chip">{t("entry.read_back_old")}</span> : <span class="chip">{t("entry.read_back_waits")}</span>}
        </p>
        <Foot entry={e} />
      </article>
    </li>
  );
}

function Card({ entry: e, tone, icon, head, under, left }: { entry: Entry; tone: string; icon: IconName; head: string; under?: string; left?: boolean }) {
  return (
    <li class={`bubble-line ${left ? "theirs" : "ours"}`}>
      <article class={`card-entry ${tone}`}>
        <h3><Icon name={icon} size={13} /> {head}</h3>
        <Rich text={e.text || word(e.data?.["text"]) || word(e.data?.["question"])} marked={!left} />
        {under && <p class="card-under">{under}</p>}
        <Files files={e.files} />
        <Foot entry={e} />
      </article>
    </li>
  );
}

function Foot({ entry: e }: { entry: Entry }) {
  return <footer><span>{who(e)}</span><time dateTime={e.at} title={full(e.at)}>{hour(e.at)}</time><Delivery entry={e} /></footer>;
}

function Judged({ entry: e }: { entry: Entry }) {
  const score = (e.data?.["score"] ?? {}) as { satisfaction?: number; grade?: number; recommend?: number };
  const s = score.satisfaction ?? 0;
  const parts = [s ? known(`satisfaction.${s}`, String(s)) : "", score.grade ? t("entry.grade", { n: score.grade }) : "", score.recommend === undefined ? "" : t("entry.recommend", { n: score.recommend })];
  return (
    <li class="bubble-line theirs">
      <article class={`card-entry ${s > 0 && s <= 2 ? "red" : "plain"}`}>
        <h3><Icon name="star" size={13} /> {t("entry.feedback")}</h3>
        <p>{parts.filter(Boolean).join(" · ")}</p>
        {e.text && <Rich text={e.text} />}
        <Foot entry={e} />
      </article>
    </li>
  );
}

const lineIcons: Record<string, IconName> = {
  receipt: "mail", confirmed: "check", promise_kept: "check", promise_moved: "clock", promise_broken: "warn", promise_withdrawn: "close", solved: "check",
  silence_asked: "history", closed_by_silence: "history", handed_over: "handover", owner: "user", tagged: "tag", needed: "solution", snoozed: "snooze", merged: "merge", opened: "dot", bounced: "warn", link_renewed: "chain",
  contact_started: "chat", contact_left: "leave", contact_back: "chat", contact_waits: "queue", contact_answered: "chat", contact_ended: "leave",
};

/** Some kinds say another sentence when something is not there: nobody to hand over to, no moment to sleep until. */
function sentence(e: Entry): string {
  if (e.kind === "owner" && e.data?.["to"] && e.data["to"] !== e.actor.name) return "line.owner_to";
  if (e.kind === "handed_over" && e.data?.["from"]) return "line.back_in_line";
  if (e.kind === "handed_over" && !e.data?.["to"]) return "line.given_back";
  if (e.kind === "snoozed" && !e.data?.["due"]) return "line.woken";
  if (e.kind === "needed" && !e.data?.["tags"]) return "line.needed_none";
  return `line.${e.kind}`;
}

function System({ entry: e }: { entry: Entry }) {
  const tone = e.kind === "promise_broken" ? "red" : e.kind === "solved" || e.kind === "confirmed" || e.kind === "promise_kept" ? "green" : "";
  const values: Record<string, string> = { who: capital(who(e)), due: "", to: "", subject: "" };
  for (const [k, v] of Object.entries(e.data ?? {})) values[k] = /^\d{4}-\d\d-\d\dT/.test(word(v)) ? dayHour(word(v)) : Array.isArray(v) ? v.join(", ") : word(v);
  const key = sentence(e);
  const said = t(key, values);
  const reason = word(e.data?.["reason"]);
  const about = said !== key ? e.text : "";
  return (
    <li class={`line-entry ${tone}`}>
      <p><Icon name={lineIcons[e.kind] ?? "info"} size={14} /><span>{said === key ? e.text || e.kind : said}</span><time dateTime={e.at} title={full(e.at)}>{hour(e.at)}</time>{e.delivery && <Delivery entry={e} />}</p>
      {about && <p class="line-about"><q>{about}</q></p>}
      {reason && <p>{t("line.reason", { reason })}</p>}
    </li>
  );
}

/** What a rule did, with the way to it for whoever may change it. */
function Ruled({ entry: e }: { entry: Entry }) {
  const deeds = (e.data?.["deeds"] ?? []) as { do: string; with?: string }[];
  const did = deeds.map((d) => (known(`rule.${d.do}`, "") ? t(`rule.${d.do}`, { with: d.with ?? "" }) : d.do)).join("; ");
  const id = word(e.data?.["rule"]);
  const may = id && me.value.agent.role === "admin";
  const name = t("rule.named", { name: e.actor.name });
  return (
    <li class="line-entry">
      <p><Icon name="again" size={14} /><span>{may ? <a href={`/manage/rules/${id}`}>{name}</a> : name}: {did}</span><time dateTime={e.at} title={full(e.at)}>{hour(e.at)}</time></p>
    </li>
  );
}
