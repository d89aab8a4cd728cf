import { signal } from "@preact/signals";
import { get, words } from "./api.ts";
import { onFact, onReturn, watch } from "./live.ts";
import { route } from "./route.ts";
import type { AtDesk, Queue } from "./chat-types.ts";

// Who waits and who is there. Asked for when somebody looks, and again when the stream says that something moved.

export const queue = signal<Queue | null>(null);
export const queueError = signal("");
let lookers = 0;

export async function loadQueue(): Promise<void> {
  try {
    queue.value = await get<Queue>("/queue");
    queueError.value = "";
  } catch (cause) {
    queueError.value = words(cause);
  }
}

/** While something shows the queue it is kept fresh. Gives back what ends that. */
export function watchQueue(): () => void {
  lookers++;
  void loadQueue();
  return () => void lookers--;
}

export const atDesk = (id: string): AtDesk | undefined => queue.value?.agents.find((a) => a.id === id);

let soon = 0;
const moves = /^(queue|routing|staff|org)\.|contact|^case\.(opened|owned|closed|answer)/;
function loadSoon(): void {
  if (soon || (lookers === 0 && route.value.page !== "queue")) return;
  soon = window.setTimeout(() => {
    soon = 0;
    void loadQueue();
  }, 250);
}

export function startQueue(): void {
  onFact((fact) => void (moves.test(fact.kind) && loadSoon()));
  onReturn(loadSoon);
  watch(loadSoon);
}
