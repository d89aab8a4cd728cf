import { AwayBar } from "./presence.tsx";
import { Board } from "./board.tsx";
import { Conversation } from "./conversation.tsx";
import { CustomerColumn } from "./customer.tsx";
import { Dialogs } from "./dialogs.tsx";
import { Icon } from "./icon.tsx";
import { InboxColumn } from "./inbox-list.tsx";
import { Offers } from "./offer-card.tsx";
import { online } from "./live.ts";
import { Mentions } from "./mentions.tsx";
import { me } from "./me.ts";
import { hush, notices, spoken } from "./notice.ts";
import { QueuePage } from "./queue.tsx";
import { Outbox } from "./sent.tsx";
import { Rail } from "./rail.tsx";
import { route } from "./route.ts";
import { drawer } from "./screen.ts";
import { t } from "./texts.ts";
import { whole } from "./wall.ts";
import { WallPage } from "./wall.tsx";

export function App() {
  const { page, open } = route.value;
  return (
    <div class={`desk on-${page} ${open ? "with-case" : ""} ${drawer.value ? "with-drawer" : ""} ${page === "wall" && whole.value ? "on-whole" : ""}`}>
      <a class="skip" href="#main">{t("desk.skip")}</a>
      <Rail />
      <div class="bars">
        {!online.value && (
          <p class="offline" role="status"><Icon name="offline" /> {t("desk.offline_bar")}</p>
        )}
        <AwayBar />
      </div>
      {page === "inbox" && <><main class="columns"><h1 class="sr">{me.value.org.name}</h1><InboxColumn /><Conversation /></main><CustomerColumn /></>}
      {page === "board" && <Board />}
      {page === "outbox" && <Outbox />}
      {page === "mentions" && <Mentions />}
      {page === "queue" && <QueuePage />}
      {page === "wall" && <WallPage />}
      <Offers />
      <Dialogs />
      <div class="notices" role="status" aria-live="polite">
        {notices.value.map((n) => (
          <p key={n.id} class={`told ${n.tone}`}>
            <Icon name={n.tone ? "warn" : "check"} /> <span>{n.text}</span>
            <button class="tool" aria-label={t("desk.close")} onClick={() => hush(n.id)}><Icon name="close" size={14} /></button>
          </p>
        ))}
      </div>
      <p class="sr" role="log" aria-live="polite">{spoken.value}</p>
    </div>
  );
}
