import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { presence, setAway, setPresence, setting } from "./presence.ts";
import { t } from "./texts.ts";
import type { PresenceState } from "./chat-types.ts";

const states: PresenceState[] = ["available", "busy", "away"];
const reasons: Record<string, string[]> = { busy: ["meeting", "aftercare", "phone"], away: ["break", "lunch", "training"] };

/** A dot whose shape says the same as its colour: full, with a bar, or open. */
export function Dot({ state }: { state: PresenceState }) {
  return <i class={`presence-dot ${state}`} aria-hidden="true" />;
}

/** In the menu under one's own initials: whether I take chats, why not, and how many at once. */
export function PresenceChoice() {
  const p = presence.value;
  if (!p) return null;
  const hand = p.limit ? p.limit.by_hand ?? 0 : p.chats;
  return (
    <div class="presence-choice">
      <div class="presence-states" role="group" aria-label={t("presence.label")}>
        {states.map((s) => (
          <button key={s} aria-pressed={p.state === s} disabled={setting.value} onClick={() => p.state !== s && void setPresence({ state: s, reason: "" })}><Dot state={s} /> {t(`presence.${s}`)}</button>
        ))}
      </div>
      {p.state !== "available" && <Reason state={p.state} now={setAway.value ? "" : p.reason} />}
      <div class="presence-most">
        <span id="presence-most">{t("presence.chats")}</span>
        <div role="group" aria-labelledby="presence-most">
          {Array.from({ length: p.most || 5 }, (_, i) => i + 1).map((n) => (
            <button key={n} aria-pressed={hand === n} disabled={setting.value} onClick={() => hand !== n && void setPresence({ chats: n })}>{n}</button>
          ))}
          <button class="as-learnt" aria-pressed={hand === 0} disabled={setting.value} onClick={() => hand !== 0 && void setPresence({ chats: 0 })}>{t("limit.learnt")}</button>
        </div>
      </div>
      {p.limit && <p class="presence-why" role="status">{p.limit.text}</p>}
    </div>
  );
}

function Reason({ state, now }: { state: PresenceState; now: string }) {
  const [own, setOwn] = useState("");
  const give = (reason: string) => void setPresence({ reason });
  const set = (reasons[state] ?? []).map((r) => t(`presence.reason_${r}`));
  useEffect(() => setOwn(now && !set.includes(now) ? now : ""), [state, now]);
  return (
    <form class="presence-reason" onSubmit={(e) => { e.preventDefault(); give(own.trim()); }}>
      <div role="group" aria-label={t("presence.why")}>
        {set.map((r) => <button key={r} type="button" class="chip" aria-pressed={now === r} onClick={() => give(now === r ? "" : r)}>{r}</button>)}
      </div>
      <input class="input" maxLength={80} value={own} aria-label={t("presence.own")} placeholder={t("presence.own")} onInput={(e) => setOwn(e.currentTarget.value)} />
    </form>
  );
}

/** Opens the menu by key, with the focus on the present state. */
export function openPresence(): void {
  const menu = document.getElementById("account");
  if (!menu) return;
  menu.showPopover();
  requestAnimationFrame(() => (menu.querySelector<HTMLElement>(".presence-states [aria-pressed=true]") ?? menu).focus());
}

/** Above everything when the desk set me to away: what happened, and one key to be back. */
export function AwayBar() {
  const why = setAway.value;
  return (
    <div role="status">
      {why && (
        <p class="away-bar">
          <Dot state="away" /> <span><b>{t(`presence.told_${why}`)}</b> <span class="more">{t("presence.told_more")}</span></span>
          <button class="button" disabled={setting.value} onClick={() => void setPresence({ state: "available", reason: "" })}><Icon name="check" size={14} /> {t("presence.again")} <kbd class="kbd">B</kbd></button>
        </p>
      )}
    </div>
  );
}
