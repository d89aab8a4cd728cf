import { Account } from "./account.tsx";
import { initials, Portrait } from "./face.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { leads, me } from "./me.ts";
import { presence, stateWords } from "./presence.ts";
import { Dot } from "./presence.tsx";
import { follow, link, route, type Page } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";

function Place({ page, icon, label, fresh = 0 }: { page: Page; icon: IconName; label: string; fresh?: number }) {
  const here = route.value.page === page;
  const to = page === "inbox" ? { page } : { page, open: "" };
  return (
    <a class="place" href={link(to)} aria-current={here ? "page" : undefined} aria-label={label} title={label} onClick={(e) => follow(e, to)}>
      <Icon name={icon} size={19} />
      {fresh > 0 && <span class="place-count" aria-hidden="true">{fresh > 99 ? "99+" : fresh}</span>}
    </a>
  );
}

/** One's own picture with a dot for presence; the words are its name. */
function Me() {
  const { name, picture } = me.value.agent;
  const p = presence.value;
  const state = p ? stateWords(p) : "";
  return (
    <button class="me" popovertarget="account" aria-label={`${t("rail.account", { name })}${state ? `, ${state}` : ""}`} title={state ? `${name} · ${state} (B)` : name} data-initials={initials(name)}>
      <Portrait at={picture} />
      {p && <Dot state={p.state} />}
    </button>
  );
}

export function Rail() {
  const fresh = me.value.counts.mentions ?? 0;
  return (
    <nav class="rail" aria-label={t("rail.label")}>
      <Place page="inbox" icon="inbox" label={t("rail.inbox")} />
      <Place page="queue" icon="queue" label={t("rail.queue")} />
      <Place page="mentions" icon="at" label={fresh ? t("rail.mentions_new", { n: fresh }) : t("rail.mentions")} fresh={fresh} />
      <Place page="wall" icon="screen" label={t("rail.wall")} />
      {leads.value && <Place page="board" icon="board" label={t("rail.board")} />}
      {me.value.agent.role === "admin" && <Place page="outbox" icon="mails" label={t("rail.outbox")} />}
      <button class="place" aria-label={t("rail.palette")} title={`${t("rail.palette")} (Ctrl K)`} onClick={() => (dialog.value = "palette")}><Icon name="command" size={19} /></button>
      <span class="gap" />
      {me.value.agent.role === "admin" && (
        <a class="place" href="/manage/" aria-label={t("rail.manage")} title={t("rail.manage")}><Icon name="settings" size={19} /></a>
      )}
      <Me />
      <Account />
    </nav>
  );
}
