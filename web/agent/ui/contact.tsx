import { useState } from "preact/hooks";
import { act, busy } from "./casefile.ts";
import { firstName, inChat, lastSeen, mode, visitorSaw, visitorTypes } from "./contact.ts";
import { Icon } from "./icon.tsx";
import { me } from "./me.ts";
import { t } from "./texts.ts";
import { hour, said } from "./time.ts";
import { Wait } from "./wait.tsx";
import type { CaseDetail, Entry } from "./types.ts";

/** Between the conversation and the field: whether the visitor is there, types, or left and what that means. */
export function ChatLine({ of: c }: { of: CaseDetail }) {
  const how = mode(c);
  if (how === "mail" || !c.contact) return null;
  return (
    <div class="chat-line">
      <div role="status">{how === "left" ? <LeftLine of={c} /> : <Watching of={c} />}</div>
      {how === "live" && <p class="chat-now">
        {visitorTypes.value ? <span class="types">{t("chat.types", { name: visitorTypes.value })}</span> : <span class="sr">{t("chat.online")}</span>}
        {c.contact.waiting_since && <span class="chat-waits">{t("chat.waits_you")} <Wait from={c.contact.waiting_since} late={c.contact.late_at} label={false} /></span>}
      </p>}
    </div>
  );
}

/** Somebody else helps this visitor: what is written here goes out all the same, so say whose chat it is. */
function Watching({ of: c }: { of: CaseDetail }) {
  const helper = c.contact!.agent;
  if (c.contact!.state === "waiting") return <p class="chat-says"><Icon name="queue" size={14} /> {t("chat.in_queue", { name: firstName(c) })}</p>;
  if (!helper || helper.id === me.value.agent.id) return null;
  return <p class="chat-says"><Icon name="whisper" size={14} /> {t("chat.helped_by", { name: helper.name, customer: firstName(c) })}</p>;
}

function LeftLine({ of: c }: { of: CaseDetail }) {
  const [email, setEmail] = useState("");
  const at = c.contact!.left_at;
  const left = t("chat.left_at", { name: firstName(c), time: at ? said(at) : "" });
  if (c.customer.email) return <p class="chat-says"><Icon name="mail" size={14} /> <span>{left} {t("chat.by_mail", { email: c.customer.email })}</span></p>;
  const give = async (e: Event) => {
    e.preventDefault();
    if (await act("contact/details", { email: email.trim() }, t("done.saved"))) setEmail("");
  };
  return (
    <form class="chat-says" onSubmit={(e) => void give(e)}>
      <Icon name="leave" size={14} /> <span>{left} {t("chat.no_address")}</span>
      <label class="sr" for="chat-email">{t("chat.email")}</label>
      <input id="chat-email" class="input" type="email" required value={email} placeholder={t("chat.email")} autocomplete="off" onInput={(e) => setEmail(e.currentTarget.value)} />
      <button class="button" disabled={!email.trim() || !!busy.value}>{t("desk.save")}</button>
    </form>
  );
}

/** Under our own last line that the visitor read: that they did. */
export function SeenMark({ entry: e, of: c }: { entry: Entry; of: CaseDetail }) {
  if (e.actor.kind !== "agent" || e.private || !inChat(e, c) || Number(e.seq) > visitorSaw(c) || lastSeen(c) !== e.id) return null;
  return <span class="seen-mark"><Icon name="eye" size={12} /> {t("chat.seen")}</span>;
}

const web = (address: string): string => (/^https?:\/\//i.test(address) ? address : "");

/** On top of the customer's column while a chat runs: where they are, since when, and whether we know who they are. */
export function NowInChat({ of: c }: { of: CaseDetail }) {
  const chat = c.contact;
  if (!chat || chat.state === "ended") return null;
  const there = chat.state === "live" && chat.online;
  return (
    <section class="now-in-chat">
      <h3>{t("chat.now")}</h3>
      <dl class="data">
        <div><dt>{t("chat.standing")}</dt><dd>{chat.state === "waiting" ? t("chat.standing_waiting") : t(there ? "chat.standing_live" : "chat.standing_left")}</dd></div>
        <div><dt>{t("chat.started")}</dt><dd><time dateTime={chat.started_at}>{hour(chat.started_at)}</time></dd></div>
        {chat.page?.url && <div><dt>{t("chat.page")}</dt><dd>{web(chat.page.url) ? <a href={web(chat.page.url)} target="_blank" rel="noopener noreferrer" title={chat.page.url}>{chat.page.title || chat.page.url}</a> : chat.page.title}</dd></div>}
      </dl>
      <p class={`identity ${chat.verified ? "yes" : ""}`}><Icon name={chat.verified ? "shield" : "info"} size={14} /> {t(chat.verified ? "chat.identity_yes" : "chat.identity_no")}</p>
    </section>
  );
}
