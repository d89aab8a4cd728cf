import { signal } from "@preact/signals";
import { post, Refused, words } from "./api.ts";
import { take } from "./casefile.ts";
import { keep, kept, onKept } from "./disk.ts";
import { onReturn } from "./live.ts";
import { refreshSoon } from "./inbox.ts";
import type { CaseDetail, FileRef } from "./types.ts";

// What was sent and not yet answered. It stays on disk until the server has it; its client_id makes that a second
// delivery of the same message is not a second message.

export interface Sending {
  client_id: string;
  case: string;
  kind: "messages" | "notes";
  text: string;
  files: FileRef[];
  mentions: string[];
  at: string;
  refused?: string;
}

export const sendings = signal<Sending[]>(kept<Sending[]>("outbox") ?? []);
onKept("outbox", () => (sendings.value = kept<Sending[]>("outbox") ?? []));

function set(all: Sending[]): void {
  sendings.value = all;
  keep("outbox", all.length ? all : null);
}

export function send(one: Omit<Sending, "client_id" | "at">): void {
  set([...sendings.value, { ...one, client_id: crypto.randomUUID(), at: new Date().toISOString() }]);
  void flush();
}

export function forget(client: string): void {
  set(sendings.value.filter((s) => s.client_id !== client));
}

export function again(client: string): void {
  set(sendings.value.map((s) => (s.client_id === client ? { ...s, refused: undefined } : s)));
  void flush();
}

let running = false;
let wait = 0;

/** Sends in the order of writing; one tab at a time, so that order holds over tabs too. */
export async function flush(): Promise<void> {
  if (running) return;
  running = true;
  clearTimeout(wait);
  try {
    if (navigator.locks) await navigator.locks.request("balie.outbox", all);
    else await all();
  } finally {
    running = false;
  }
}

async function all(): Promise<void> {
  for (;;) {
    const one = (kept<Sending[]>("outbox") ?? sendings.value).find((s) => !s.refused);
    if (!one) return;
    try {
      const body = { text: one.text, client_id: one.client_id, files: one.files.map((f) => f.id), ...(one.kind === "notes" ? { mentions: one.mentions } : {}) };
      const detail = await post<CaseDetail>(`/cases/${one.case}/${one.kind}`, body);
      forget(one.client_id);
      take(detail);
      refreshSoon(one.case);
    } catch (cause) {
      if (!(cause instanceof Refused) || cause.later) {
        wait = window.setTimeout(() => void flush(), 4000);
        return;
      }
      set(sendings.value.map((s) => (s.client_id === one.client_id ? { ...s, refused: words(cause) } : s)));
    }
  }
}

export function startOutbox(): void {
  onReturn(() => void flush());
  addEventListener("online", () => void flush());
  void flush();
}
