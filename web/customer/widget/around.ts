// What the website tells while a conversation runs: on which page the visitor is, and what it came to know of them. Before
// that it goes with the first message. Once the visitor has left or ended the conversation nothing is told any more.
import type { Refused } from "./desk.ts";
import type { Host } from "./host.ts";
import type { Talk } from "./talk.ts";

export interface Here { page: string; title: string }

/** The page as far as the desk may know: what follows the path may hold secrets. */
export const here = (): Here => ({ page: location.origin === "null" ? "" : location.origin + location.pathname, title: document.title.slice(0, 200) });

/** What was told of a conversation last, whichever tab did. */
export interface Told extends Here { of: string; given: Record<string, string> }

export class Around {
  #timer = 0;
  /** What this tab told, or found told: another page in another tab does not make it tell its own again. */
  #mine = { of: "", page: "", given: {} as Record<string, string> };

  constructor(private host: Host, private talk: Talk) {
    const moved = () => this.soon();
    const back = () => { this.#mine.page = ""; this.soon(); };
    window.addEventListener("popstate", moved);
    (window as { navigation?: EventTarget }).navigation?.addEventListener("navigatesuccess", moved);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
  }

  /** Tells what is new; what follows closely goes along. */
  soon(after = 300) {
    this.#timer ||= window.setTimeout(() => { this.#timer = 0; void this.#tell(); }, after);
  }

  async #tell() {
    const { running, queue, line, keep } = this.talk;
    const state = running && line ? queue?.state : "";
    if (!running || document.hidden || (state !== "waiting" && state !== "live")) return;
    const of = running.conversation;
    const kept = keep.read<Told>("around");
    const told = kept?.of === of ? kept : { page: "", title: "", given: {} };
    if (this.#mine.of !== of) this.#mine = { of, page: "", given: told.given };
    const now = here();
    const page = `${now.page} ${now.title}`;
    const moved = this.#mine.page !== page && page !== `${told.page} ${told.title}`;
    const fresh = Object.entries(this.host.known).filter(([name, value]) => this.#mine.given[name] !== value);
    if (moved || fresh.length) {
      const given = Object.fromEntries(fresh);
      try {
        await this.talk.post("around", { ...now, given });
        keep.write("around", { ...now, of, given: { ...told.given, ...given } });
      } catch (e) {
        const r = e as Refused;
        if (r.passing) return this.soon(Math.max(r.after, 5000));
      }
      this.#mine.given = { ...this.#mine.given, ...given };
      this.soon(); // what came in the meantime
    }
    this.#mine.page = page;
  }
}
