import { chats, unread } from "./chats.ts";
import { follow, link, route } from "./route.ts";
import { t } from "./texts.ts";
import { isLate, Wait } from "./wait.tsx";
import { since } from "./clock.ts";
import type { Chat } from "./chat-types.ts";

/** The chats I have now, each with how long that person waits for my answer. */
export function ChatTabs() {
  return <>{chats.value.map((c, i) => <ChatTab key={c.contact} of={c} n={i + 1} few={chats.value.length <= 3} />)}</>;
}

function ChatTab({ of: c, n, few }: { of: Chat; n: number; few: boolean }) {
  const here = route.value.open === c.case.id;
  const name = c.customer.name || t("chat.visitor");
  const to = { page: "inbox" as const, open: c.case.id };
  const news = here ? 0 : unread(c);
  return (
    <span class={`tab chat ${here ? "here" : ""}`}>
      <a href={link(to)} aria-current={here ? "page" : undefined} title={`${c.preview}\nAlt ${n}`} aria-keyshortcuts={`Alt+${n}`} onClick={(e) => follow(e, to)}>
        <Lamp of={c} /><b>{name}</b>
        <small><Standing of={c} /></small>
        {news > 0 && <span class="count">{news}<span class="sr"> {t("chat.unread")}</span></span>}
        {few && <kbd class="kbd" aria-hidden="true">Alt {n}</kbd>}
      </a>
    </span>
  );
}

/** Green there, amber when they wait too long, open when they left; the words are for who does not see it. */
function Lamp({ of: c }: { of: Chat }) {
  if (c.waiting_since) since(c.waiting_since); // looked at each second, since it may become late
  const state = !c.online || c.state === "left" ? "left" : c.waiting_since && isLate(c.late_at) ? "amber" : "online";
  return <><i class={state} aria-hidden="true" /><span class="sr">{t(state === "left" ? "chat.left" : "chat.online")}</span></>;
}

function Standing({ of: c }: { of: Chat }) {
  if (c.waiting_since) return <Wait from={c.waiting_since} late={c.late_at} />;
  return <span aria-hidden={c.state === "left"}>{t(c.state === "left" ? "chat.gone" : "tabs.calm")}<span class="sr"> {t("chat.on_customer")}</span></span>;
}
