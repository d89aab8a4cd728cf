// Reads the server's event stream. Not EventSource: that needs every event's name beforehand and cannot notice a
// connection that died without a word. This one resumes by itself with Last-Event-ID.

export interface Told { seq: string; kind: string; data: string }
export interface Listener { told(event: Told): void; state(online: boolean): void }

const silence = 40_000; // the server sends a heartbeat every 15 s

export function listen(after: string, to: Listener): { nudge(): void; stop(): void } {
  let last = after;
  let wait = 500;
  let stopped = false;
  let current: AbortController | null = null;
  let wake: (() => void) | null = null;

  async function once(): Promise<void> {
    current = new AbortController();
    let timer = setTimeout(() => current?.abort(), silence);
    try {
      const answer = await fetch(`/api/v1/events?calm=1${last ? `&after=${encodeURIComponent(last)}` : ""}`, {
        headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) }, signal: current.signal, credentials: "same-origin", cache: "no-store",
      });
      if (!answer.ok || !answer.body) throw new Error(String(answer.status));
      to.state(true);
      wait = 500;
      const parts = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser((event) => {
        if (event.seq) last = event.seq;
        to.told(event);
      });
      for (;;) {
        const { done, value } = await parts.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => current?.abort(), silence);
        parse(value);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function forever(): Promise<void> {
    while (!stopped) {
      await once().catch(() => undefined);
      if (stopped) return;
      to.state(false);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, wait + Math.random() * 300);
      });
      wait = Math.min(Math.max(wait, 250) * 2, 15_000);
    }
  }
  void forever();
  return {
    // The network changed: what is left of the old connection may be dead without a word, so make a new one now.
    nudge: () => {
      wait = 0;
      current?.abort();
      wake?.();
    },
    stop: () => {
      stopped = true;
      current?.abort();
    },
  };
}

/** Cuts the text of a stream into events; a piece may end anywhere. */
export function parser(tell: (event: Told) => void): (piece: string) => void {
  let rest = "";
  let event: Told = { seq: "", kind: "message", data: "" };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (event.data) tell(event);
        event = { seq: "", kind: "message", data: "" };
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") event.kind = value;
      else if (field === "id") event.seq = value;
      else if (field === "data") event.data += (event.data ? "\n" : "") + value;
    }
  };
}
