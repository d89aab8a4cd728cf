// The stream of one conversation: server-sent events over fetch, since the token goes in a header. It begins again
// after the last event that came, when the line dropped or nothing was heard for a minute.
import { backoff, type Refused } from "./desk.ts";

export interface Heard { id: number; event: string; data: any }

export interface Following {
  url: URL;
  token: string;
  /** The last event that came; the stream goes on after it. */
  last(): number;
  event(e: Heard): void;
  /** The line is there, or it is not. */
  line(there: boolean): void;
  /** The desk does not know the conversation. */
  gone(): void;
  signal: AbortSignal;
}

const silence = 60_000;
const unknown = [401, 403, 404, 410];

/** Follows until the signal says to stop. */
export async function follow(f: Following): Promise<void> {
  for (let failures = 0; !f.signal.aborted; failures++) {
    const status = await once(f, () => (failures = 0));
    if (f.signal.aborted) return;
    f.line(false);
    if (unknown.includes(status)) return f.gone();
    await online(f.signal, backoff(failures));
  }
}

/** One connection: gives the status when the desk refused it, 0 when the line dropped. */
async function once(f: Following, heard: () => void): Promise<number> {
  const line = new AbortController();
  const stop = () => line.abort();
  f.signal.addEventListener("abort", stop);
  window.addEventListener("offline", stop);
  let timer = setTimeout(stop, silence);
  try {
    const answer = await fetch(f.url, {
      headers: { Authorization: `Bearer ${f.token}`, Accept: "text/event-stream", "Last-Event-ID": String(f.last()) },
      credentials: "omit", cache: "no-store", signal: line.signal,
    });
    if (!answer.ok || !answer.body) return answer.status;
    f.line(true);
    const read = parser((e) => f.event(e));
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 0;
      heard();
      clearTimeout(timer);
      timer = setTimeout(stop, silence);
      read(decoder.decode(value, { stream: true }));
    }
  } catch (e) {
    return (e as Refused).status ?? 0;
  } finally {
    clearTimeout(timer);
    line.abort();
    f.signal.removeEventListener("abort", stop);
    window.removeEventListener("offline", stop);
  }
}

/** Waits a while, and no longer once the browser says that it has a connection again. */
function online(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener("online", go);
      signal.removeEventListener("abort", go);
      done();
    };
    const timer = setTimeout(go, ms);
    window.addEventListener("online", go);
    signal.addEventListener("abort", go);
  });
}

/** Reads the text of a stream in whatever pieces it comes. */
export function parser(event: (e: Heard) => void): (text: string) => void {
  let rest = "";
  let now = { id: 0, event: "message", data: "" };
  const line = (l: string) => {
    if (l === "") {
      if (now.data) {
        try {
          event({ ...now, data: JSON.parse(now.data) });
        } catch (e) {
          if (!(e instanceof SyntaxError)) throw e; // a line that is no JSON is passed over
        }
      }
      now = { id: 0, event: "message", data: "" };
      return;
    }
    const at = l.indexOf(":");
    if (at === 0) return; // a sign of life
    const name = at < 0 ? l : l.slice(0, at);
    const value = at < 0 ? "" : l.slice(at + 1).replace(/^ /, "");
    if (name === "data") now.data += (now.data ? "\n" : "") + value;
    else if (name === "event") now.event = value;
    else if (name === "id") now.id = Number(value) || 0;
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop()!;
    for (const l of lines) line(l);
  };
}
