import { batch, effect, signal, untracked } from "@preact/signals";
import { get, post, Refused, words } from "./api.ts";
import { markSeen, refreshSoon, renew } from "./inbox.ts";
import { onFact, onReturn, online } from "./live.ts";
import { me, refreshMe } from "./me.ts";
import { say } from "./notice.ts";
import { route } from "./route.ts";
import { t } from "./texts.ts";
import type { Page } from "./chat-types.ts";
import type { CaseDetail, CustomerCard, Viewer } from "./types.ts";

// The case that is open, its customer, and who else is looking at it.

export const file = signal<CaseDetail | null>(null);
export const fileState = signal<"none" | "loading" | "ready" | "failed" | "gone">("none");
export const fileError = signal("");
export const customer = signal<CustomerCard | null>(null);
export const customerState = signal<"loading" | "ready" | "failed">("loading");
export const viewers = signal<Viewer[]>([]);
export const busy = signal("");
/** The case that was last marked as read here. */
export const readHere = signal<{ id: string } | null>(null);

const cache = new Map<string, CaseDetail>();

export async function loadFile(id: string): Promise<void> {
  const kept = cache.get(id);
  batch(() => {
    file.value = kept ?? null;
    fileState.value = kept ? "ready" : "loading";
    viewers.value = [];
    customer.value = customer.value && kept?.customer.id === customer.value.customer.id ? customer.value : null;
  });
  try {
    take(await get<CaseDetail>(`/cases/${id}`));
  } catch (cause) {
    if (route.value.open !== id) return;
    if (kept && cause instanceof Refused && cause.later) return;
    batch(() => {
      file.value = null;
      fileError.value = words(cause);
      fileState.value = cause instanceof Refused && cause.status === 404 ? "gone" : "failed";
    });
  }
}

/** Lays a newer state of a case over the one that is shown. An answer that was overtaken is dropped. */
export function take(detail: CaseDetail): void {
  const before = cache.get(detail.id);
  if (before && Number(before.seq) > Number(detail.seq)) return;
  cache.delete(detail.id);
  cache.set(detail.id, detail);
  if (cache.size > 20) cache.delete(cache.keys().next().value as string);
  renew(detail);
  if (route.value.open !== detail.id) return;
  batch(() => {
    file.value = detail;
    fileState.value = "ready";
    viewers.value = others(detail.viewers ?? []);
  });
  if (customer.value?.customer.id !== detail.customer.id) void loadCustomer(detail.customer.id);
}

/** The visitor went to another page of the website. It is a sign, not a fact: the place of the case stays the same. */
export function onPage(id: string, page: Page): void {
  const kept = cache.get(id);
  if (kept?.contact) take({ ...kept, contact: { ...kept.contact, page } });
}

export async function loadCustomer(id: string): Promise<void> {
  if (customer.value?.customer.id !== id) batch(() => ((customer.value = null), (customerState.value = "loading")));
  try {
    const card = await get<CustomerCard>(`/customers/${id}`);
    if (file.value?.customer.id === id) batch(() => ((customer.value = card), (customerState.value = "ready")));
  } catch {
    if (file.value?.customer.id === id && !customer.value) customerState.value = "failed";
  }
}

const others = (all: Viewer[]) => all.filter((v) => v.id !== me.value.agent.id);

/** Does something to the open case; the answer is the new case. False when it was refused, which was then said. */
export async function act(path: string, body: unknown, done?: string): Promise<boolean> {
  const id = file.value?.id;
  if (!id || busy.value) return false;
  busy.value = path;
  try {
    const detail = await post<CaseDetail | undefined>(`/cases/${id}/${path}`, body);
    if (detail) take(detail);
    refreshSoon(id);
    if (done) say(done);
    return true;
  } catch (cause) {
    say(words(cause), "red");
    return false;
  } finally {
    busy.value = "";
  }
}

export const claim = () => act("owner", { agent: "me", department: file.value?.department?.id ?? "", note: "" }, t("done.taken"));

let timers = new Map<string, number>();
function refetchSoon(id: string): void {
  if (timers.has(id)) return;
  timers.set(
    id,
    window.setTimeout(() => {
      timers.delete(id);
      if (route.value.open !== id) return void cache.delete(id);
      get<CaseDetail>(`/cases/${id}`).then((detail) => {
        take(detail);
        seen(id);
        void loadCustomer(detail.customer.id);
      }, () => undefined);
    }, 200),
  );
}

let typingSent = 0;
/** Tells colleagues that we look at this case, and whether we type. */
export function present(typing: boolean): void {
  const id = route.value.open;
  if (!id || !online.value) return;
  if (typing && Date.now() - typingSent < 8000) return;
  typingSent = typing ? Date.now() : 0;
  post(`/cases/${id}/viewing`, { typing }).catch(() => undefined);
}

function seen(id: string): void {
  if (document.visibilityState !== "visible") return;
  const mentioned = file.value?.id === id && file.value.timeline.some((e) => e.mentions?.includes(me.value.agent.id));
  post(`/cases/${id}/seen`).then(() => {
    markSeen(id);
    readHere.value = { id };
    return mentioned ? refreshMe() : undefined;
  }).catch(() => undefined);
}

export function startFile(): void {
  effect(() => {
    const id = route.value.open;
    untracked(() => {
      if (!id) {
        batch(() => ((file.value = null), (fileState.value = "none")));
      } else if (id !== file.value?.id) {
        void loadFile(id).then(() => route.value.open === id && fileState.value === "ready" && seen(id));
        present(false);
      }
    });
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && file.value?.unread && seen(file.value.id));
  // Others see us for 45 seconds after each of these.
  setInterval(() => document.visibilityState === "visible" && Date.now() - typingSent > 10_000 && present(false), 20_000);
  onFact((fact) => {
    const contact = file.value?.contact;
    if (!fact.case && contact && fact.data["contact"] === contact.id) refetchSoon(file.value!.id);
    if (!fact.case) return;
    if (fact.kind === "viewers") {
      if (fact.case === route.value.open) viewers.value = others((fact.data["viewers"] as Viewer[]) ?? []);
      return;
    }
    if (fact.seq) refetchSoon(fact.case);
  });
  onReturn(() => route.value.open && refetchSoon(route.value.open));
}
