import { batch, computed, effect, signal } from "@preact/signals";
import { file, onPage } from "./casefile.ts";
import { onFact } from "./live.ts";
import { t } from "./texts.ts";
import type { CaseDetail, Entry } from "./types.ts";

// The live chat inside the case that is open: whether the visitor is there, types, and how far they have read.

export type Mode = "mail" | "live" | "left";

/** How an answer to this case travels now: at once into the chat, or by mail. */
export function mode(c: CaseDetail): Mode {
  const chat = c.contact;
  if (!chat || chat.state === "ended") return "mail";
  return chat.state === "left" ? "left" : "live";
}

export const live = computed(() => file.value !== null && mode(file.value) === "live");

const typing = signal<{ case: string } | null>(null);
/** Who types in the open chat now. */
export const visitorTypes = computed(() => (typing.value && typing.value.case === file.value?.id && live.value ? firstName(file.value) : ""));

const read = signal<Record<string, number>>({});
export function visitorSaw(c: CaseDetail): number {
  return Math.max(Number(c.contact?.visitor_seen ?? 0), read.value[c.id] ?? 0);
}

/** The last of our lines that the visitor has seen: only that one says so. */
export function lastSeen(c: CaseDetail): string {
  const upto = visitorSaw(c);
  return c.timeline.filter((e) => e.actor.kind === "agent" && !e.private && Number(e.seq) <= upto && inChat(e, c)).at(-1)?.id ?? "";
}

/** A line that was said in the chat, not mailed before it. */
export const inChat = (e: Entry, c: CaseDetail): boolean => !!c.contact && c.contact.state !== "ended" && Date.parse(e.at) >= Date.parse(c.contact.started_at);

export const firstName = (c: CaseDetail | null): string => c?.customer.name.split(" ")[0] || t("chat.visitor");

let still = 0;
export function startContact(): void {
  onFact((fact) => {
    if (!fact.case) return;
    if (fact.kind === "typing" && fact.data["from"] === "customer") {
      clearTimeout(still);
      typing.value = fact.data["typing"] ? { case: fact.case } : null;
      still = window.setTimeout(() => (typing.value = null), 12_000);
    } else if (fact.kind === "seen") {
      const at = Number(fact.data["seq"]) || 0;
      const id = fact.case;
      if (at > (read.value[id] ?? 0)) batch(() => (read.value = { ...read.value, [id]: at }));
    } else if (fact.kind === "page") {
      onPage(fact.case, { url: String(fact.data["url"] ?? ""), title: String(fact.data["title"] ?? "") });
    }
  });
  // What was being typed has been sent.
  let count = 0;
  effect(() => {
    const c = file.value;
    const said = c?.timeline.filter((e) => e.actor.kind === "customer").length ?? 0;
    if (said !== count) typing.value = null;
    count = said;
  });
}
