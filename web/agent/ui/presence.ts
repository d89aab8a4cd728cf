import { computed, signal } from "@preact/signals";
import { put, words } from "./api.ts";
import { onFact } from "./live.ts";
import { me, refreshMe } from "./me.ts";
import { say } from "./notice.ts";
import { t } from "./texts.ts";
import type { Presence, PresenceState } from "./chat-types.ts";

// Whether I take chats, and how many at once. The server decides; this asks and shows.

export const presence = computed(() => me.value.presence ?? null);
export const setting = signal(false);
/** False while the page is so new that the server may not have noticed it yet. */
const noticed = signal(true);

/** The desk itself set me to away: because I left offers lying, or because no screen of mine was open. */
export const setAway = computed(() => {
  const p = presence.value;
  return p?.state === "away" && (p.reason === "missed" || (p.reason === "gone" && noticed.value)) ? p.reason : "";
});

export async function setPresence(change: { state?: PresenceState; reason?: string; chats?: number }): Promise<void> {
  const now = presence.value;
  if (!now || setting.value) return;
  setting.value = true;
  const state = change.state ?? now.state;
  try {
    const reason = change.reason ?? (state === now.state && !setAway.value ? now.reason : "");
    const answer = await put<Presence>("/me/presence", change.chats === undefined ? { state, reason } : { state, reason, chats: change.chats });
    me.value = { ...me.value, presence: answer };
    if (state !== now.state) say(t(`presence.now_${state}`));
  } catch (cause) {
    say(words(cause), "red");
  } finally {
    setting.value = false;
  }
}

/** Beschikbaar, or Afwezig: pauze. */
export function stateWords(p: { state: PresenceState; reason: string }): string {
  const name = t(`presence.${p.state}`);
  const reason = p.reason === "missed" || p.reason === "gone" ? t(`presence.because_${p.reason}`) : p.reason;
  return reason && p.state !== "available" ? `${name}: ${reason}` : name;
}

export function startPresence(): void {
  if (presence.value?.reason === "gone") {
    noticed.value = false;
    setTimeout(() => void refreshMe().catch(() => undefined).then(() => (noticed.value = true)), 3000);
  }
  onFact((fact) => {
    if (fact.kind === "staff.presence_changed" && String(fact.data["agent"]) === me.value.agent.id) refreshMe().catch(() => undefined);
  });
}
