import { computed, effect, signal } from "@preact/signals";
import { get } from "./api.ts";
import { ring, tell } from "./bell.ts";
import { file, readHere } from "./casefile.ts";
import { onFact, onReturn } from "./live.ts";
import { me } from "./me.ts";
import { go, route } from "./route.ts";
import { t } from "./texts.ts";
import type { Chat } from "./chat-types.ts";

// The chats I have now, in the order I took them: their place is their number.

export const chats = signal<Chat[]>([]);
/** How many messages lie unread over all chats: the title of the tab says it. */
export const unreadChats = computed(() => chats.value.reduce((n, c) => n + unread(c), 0));

export const unread = (c: Chat): number => c.unread_count ?? (c.unread ? 1 : 0);

async function load(): Promise<void> {
  const { chats: list } = await get<{ chats: Chat[] }>("/chats");
  const before = new Map(chats.value.map((c) => [c.contact, c]));
  chats.value = list.sort((a, b) => a.started_at.localeCompare(b.started_at));
  for (const c of list) {
    const was = before.get(c.contact);
    if (was && unread(c) > unread(was) && (document.visibilityState !== "visible" || route.value.open !== c.case.id)) {
      ring("message");
      tell(c.customer.name || t("chat.visitor"), c.preview, `chat-${c.contact}`, () => openChat(c.case.id));
    }
  }
}

let soon = 0;
export function refreshChats(): void {
  if (soon) return;
  soon = window.setTimeout(() => {
    soon = 0;
    load().catch(() => undefined);
  }, 150);
}

/** Opens a chat and puts the caret where the answer is written, once it is there. */
export function openChat(id: string): void {
  go({ page: "inbox", open: id, view: "mine", q: "" });
  const stop = effect(() => {
    const there = file.value?.id === id;
    const gone = route.value.open !== id;
    if (!there && !gone) return;
    queueMicrotask(() => stop());
    if (there) requestAnimationFrame(() => document.querySelector<HTMLElement>(".write")?.focus());
  });
}

export function jump(n: number): void {
  const c = chats.value[n];
  if (c) openChat(c.case.id);
}

/** The one who waits longest for my answer; not the one I am looking at when another waits too. */
export function nextWaiting(): Chat | undefined {
  const waiting = chats.value.filter((c) => c.waiting_since).sort((a, b) => a.waiting_since!.localeCompare(b.waiting_since!));
  return waiting.find((c) => c.case.id !== route.value.open) ?? waiting[0];
}

export function jumpToWaiting(): void {
  const c = nextWaiting();
  if (c) openChat(c.case.id);
}

export function startChats(): void {
  onFact((fact) => {
    if (!fact.seq) return;
    const mine = String(fact.data["agent"] ?? "") === me.value.agent.id;
    const about = chats.value.some((c) => c.case.id === fact.case || c.contact === String(fact.data["contact"] ?? ""));
    if (about || (mine && /^(routing\.|conversation\.contact_)/.test(fact.kind))) refreshChats();
  });
  onReturn(refreshChats);
  if (me.value.counts.chats) load().catch(() => undefined);
  // What was read here is not unread in its tab.
  effect(() => {
    const id = readHere.value?.id;
    if (chats.peek().some((c) => c.case.id === id && unread(c) > 0)) chats.value = chats.peek().map((c) => (c.case.id === id ? { ...c, unread: false, unread_count: 0 } : c));
  });
  navigator.serviceWorker?.addEventListener("message", (e: MessageEvent<{ open?: string }>) => {
    const id = /^\/desk\/cases\/(\d+)$/.exec(e.data?.open ?? "")?.[1];
    if (id) openChat(id);
  });
}
