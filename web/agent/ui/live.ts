import { signal } from "@preact/signals";
import { first, root } from "./first.ts";
import { refreshMe } from "./me.ts";
import { listen, type Listener, type Told } from "./stream.ts";
import { workerAddress } from "./trusted.ts";
import type { Fact } from "./types.ts";

/** False while the stream is broken: a bar says so and everything typed stays. */
export const online = signal(true);

const hearers = new Set<(fact: Fact) => void>();
const returns = new Set<() => void>();
export const onFact = (hear: (fact: Fact) => void) => void hearers.add(hear);
/** Called when the connection is back after it was away. */
export const onReturn = (act: () => void) => void returns.add(act);

let offlineSoon = 0;
let seen = Number(first.seq) || 0;
/** Where the page was made; empty means from now on. */
const start = first.seq === null || first.seq === undefined ? "" : String(first.seq);

function told(event: Told): void {
  if (event.seq) {
    // The same fact can come twice after a reconnect.
    if (Number(event.seq) <= seen) return;
    seen = Number(event.seq);
  }
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(event.data) as Record<string, unknown>;
  } catch {
    return;
  }
  if (event.kind === "missed") return missed(event.seq, data);
  const about = data["case"];
  hear({ seq: event.seq, kind: event.kind, case: about ? String(about) : undefined, data });
}

function hear(fact: Fact): void {
  for (const hears of hearers) hears(fact);
}

/** Where very many look, of what others do only the kind and the case are told, now and then. */
function missed(seq: string, data: Record<string, unknown>): void {
  crowded = true;
  if (data["more"]) return returns.forEach((act) => act());
  for (const f of (data["facts"] as { kind: string; case?: string }[]) ?? []) hear({ seq, kind: f.kind, case: f.case, data: {} });
}

let crowded = false;
/** Looks every few seconds while a page wants what everybody does at once, which does not come by itself in a crowd. */
export function watch(act: () => void): void {
  setInterval(() => crowded && document.visibilityState === "visible" && act(), 5000);
}

function state(is: boolean): void {
  if (!is) {
    // A blink of the network is not worth a bar.
    offlineSoon ||= window.setTimeout(() => {
      online.value = false;
      // When the session ended this leads to the sign-in; else it fails in silence.
      refreshMe().catch(() => undefined);
    }, 1500);
    return;
  }
  clearTimeout(offlineSoon);
  offlineSoon = 0;
  const was = online.value;
  online.value = true;
  if (!was) for (const act of returns) act();
}

export function startLive(): void {
  const listener: Listener = { told, state };
  const nudge = shared(listener) ?? direct(listener);
  addEventListener("online", nudge);
  addEventListener("offline", () => state(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && !online.value && nudge());
}

function shared(listener: Listener): (() => void) | null {
  const address = root.dataset["stream"];
  if (!address || !("SharedWorker" in window)) return null;
  try {
    const worker = new SharedWorker(workerAddress(address), { type: "module", name: `balie-${first.me.org.id}-${first.me.agent.id}` });
    worker.port.onmessage = ({ data }: MessageEvent<{ event?: Told; online?: boolean }>) => {
      if (data.event) listener.told(data.event);
      if (data.online !== undefined) listener.state(data.online);
    };
    worker.port.postMessage({ after: start });
    addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
    addEventListener("pageshow", (e) => e.persisted && worker.port.postMessage({ after: seen ? String(seen) : start }));
    return () => worker.port.postMessage({ nudge: true });
  } catch {
    return null;
  }
}

function direct(listener: Listener): () => void {
  const stream = listen(start, listener);
  return stream.nudge;
}
