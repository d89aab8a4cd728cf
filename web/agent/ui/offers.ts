import { batch, signal } from "@preact/signals";
import { get, post, Refused, words } from "./api.ts";
import { ring, tell } from "./bell.ts";
import { take } from "./casefile.ts";
import { openChat, refreshChats } from "./chats.ts";
import { onFact, onReturn } from "./live.ts";
import { me, refreshMe } from "./me.ts";
import { say, spoken } from "./notice.ts";
import { go } from "./route.ts";
import { t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";
import type { Offer } from "./chat-types.ts";
import { called } from "./who.ts";

// Who is offered to me now. The server decides who is offered to whom and for how long; an offer that is not answered
// goes on to the next by itself, and then it is gone here too.

export const offers = signal<Offer[]>([]);
/** The offer whose reasons to decline are shown. */
export const declining = signal("");
export const answering = signal("");
const answered = new Set<string>();
const missed = new Set<string>();

const name = (o: Offer) => called(o.customer);

async function load(): Promise<void> {
  const { offers: all } = await get<{ offers: Offer[] }>("/offers");
  const list = all.filter((o) => !answered.has(o.id));
  const before = offers.value;
  batch(() => {
    offers.value = list;
    if (!list.some((o) => o.id === declining.value)) declining.value = "";
  });
  for (const o of before) {
    if (!list.some((x) => x.id === o.id) && !answered.has(o.id)) say(t(missed.has(o.id) || !o.contact ? "offer.went_on" : "offer.ended", { name: name(o) }));
  }
  for (const o of list) if (!before.some((x) => x.id === o.id)) made(o);
}

function made(o: Offer): void {
  if (!o.contact) {
    // Nobody sits waiting: it is said, and rings no bell.
    spoken.value = t("offer.spoken_written", { name: name(o), text: o.case.subject });
    return;
  }
  spoken.value = t("offer.spoken", { name: name(o), text: o.text });
  ring("offer");
  tell(t("offer.title", { name: name(o) }), o.text, `offer-${o.id}`, () => undefined);
}

let soon = 0;
function loadSoon(): void {
  if (soon) return;
  soon = window.setTimeout(() => {
    soon = 0;
    load().catch(() => undefined);
  }, 60);
}

export async function accept(o: Offer | undefined = offers.value[0]): Promise<void> {
  if (!o || answering.value) return;
  answering.value = o.id;
  try {
    const detail = await post<CaseDetail>(`/offers/${o.id}/accept`);
    answered.add(o.id);
    offers.value = offers.value.filter((x) => x.id !== o.id);
    take(detail);
    if (o.contact) {
      openChat(detail.id);
      refreshChats();
    } else {
      go({ page: "inbox", open: detail.id });
    }
    refreshMe().catch(() => undefined);
  } catch (cause) {
    if (cause instanceof Refused && (cause.status === 409 || cause.status === 404)) {
      answered.add(o.id);
      offers.value = offers.value.filter((x) => x.id !== o.id);
      say(t("offer.went_on", { name: name(o) }));
    } else {
      say(words(cause), "red");
    }
  } finally {
    answering.value = "";
  }
}

export async function decline(o: Offer, reason: string): Promise<void> {
  if (answering.value) return;
  answering.value = o.id;
  try {
    await post(`/offers/${o.id}/decline`, { reason });
    answered.add(o.id);
    offers.value = offers.value.filter((x) => x.id !== o.id);
    say(t("offer.declined", { name: name(o) }));
  } catch (cause) {
    if (cause instanceof Refused && !cause.later) loadSoon();
    say(words(cause), "red");
  } finally {
    answering.value = "";
    declining.value = "";
  }
}

function note(kind: string, offer: string): void {
  if (kind === "routing.missed") missed.add(offer);
  else if (kind === "routing.accepted" || kind === "routing.declined") answered.add(offer);
}

export function startOffers(): void {
  onFact((fact) => {
    // Who is offered went to another page, or the website told more of them.
    if ((fact.kind === "page" || fact.kind === "party.gave") && offers.value.some((o) => o.case.id === fact.case)) return loadSoon();
    if (!fact.kind.startsWith("routing.")) return;
    // Answered in another tab of mine, or left lying: what is said about it differs.
    if (String(fact.data["agent"]) === me.value.agent.id) note(fact.kind, String(fact.data["offer"]));
    const about = (o: Offer) => o.id === String(fact.data["offer"]) || (o.contact !== "" && o.contact === String(fact.data["contact"]));
    if (String(fact.data["agent"]) === me.value.agent.id || offers.value.some(about)) loadSoon();
  });
  onReturn(loadSoon);
  if (me.value.counts.offers) loadSoon();
}
