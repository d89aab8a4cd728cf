// One conversation with the desk: what was said, who helps, what waits to be sent. It knows nothing of the screen.
import { here } from "./around.ts";
import { ask, backoff, type FileInfo, type Line, type Message, type Queue, Refused, type Running } from "./desk.ts";
import type { Host } from "./host.ts";
import { type Keep, keep, newID } from "./keep.ts";
import { Outbox, type Pending } from "./outbox.ts";
import { type Share, share } from "./share.ts";
import { follow, type Heard } from "./stream.ts";

export type Change = "lines" | "state" | "out" | "gone";

const lasting = ["message", "card", "joined", "left"];

export class Talk {
  keep: Keep;
  out: Outbox;
  running: Running | null;
  lines: Line[] = [];
  queue: Queue | null = null;
  typing = "";
  /** Up to where the other side has seen it. */
  theySaw = 0;
  /** Who helps now, and their picture. */
  helper = { name: "", picture: "" };
  notice: string | null = null;
  line = true;
  /** Everything that was said before has come in. */
  ready = false;
  /** Why the conversation stopped being there, until the visitor goes on. */
  lost = false;
  /** What the desk did not take as it was: why, and what was chosen. */
  turned: { says: string; later: Record<string, string> } | null = null;

  #share: Share | null = null;
  #lead: AbortSignal | null = null;
  #flushing = false;
  #timer = 0;
  #typingTimer = 0;
  #failures = 0;

  constructor(private host: Host, private changed: (what: Change) => void) {
    this.keep = keep(host.base);
    this.out = new Outbox(this.keep);
    this.running = this.keep.read<Running>("talk");
    this.keep.watch((name) => this.#elsewhere(name));
    window.addEventListener("online", () => this.#flush());
    if (this.running || this.out.all().length) this.#join();
  }

  /** Goes on with what another tab kept. */
  #elsewhere(name: string) {
    if (name === "talk") {
      const now = this.keep.read<Running>("talk");
      if (this.running && !now) this.#forget();
      else if (now && now.conversation !== this.running?.conversation) {
        this.running = now;
        this.#join();
        if (this.#lead) this.#follow();
        this.changed("state");
      }
    }
    if (name === "out") {
      if (this.out.all().length) this.#join();
      this.changed("out");
      this.#flush();
    }
    if (name === "seen") this.changed("state");
  }

  #join() {
    this.#share ??= share({
      name: `balie ${this.host.base.href}`,
      lead: (signal) => {
        this.#lead = signal;
        signal.addEventListener("abort", () => { this.#lead = null; });
        this.#follow();
        this.#flush();
      },
      heard: (m) => this.#heard(m),
    });
    if (!this.#lead) this.#share.tell({ ask: true });
  }

  #followed = "";
  #follow() {
    const r = this.running;
    const lead = this.#lead;
    if (!r || !lead || this.#followed === r.conversation) return;
    this.#followed = r.conversation;
    const stop = new AbortController();
    lead.addEventListener("abort", () => { stop.abort(); this.#followed = ""; });
    this.#stop = () => { stop.abort(); this.#followed = ""; };
    void follow({
      url: new URL(`chat/${r.conversation}/events`, this.host.base), token: r.token, signal: stop.signal,
      last: () => this.lines.at(-1)?.id ?? 0,
      event: (e) => { this.#apply(e); this.#share?.tell({ event: e, of: r.conversation }); },
      line: (there) => { this.#line(there); this.#share?.tell({ line: there }); },
      gone: () => this.#forget(),
    });
  }
  #stop = () => {};

  #line(there: boolean) {
    this.line = there;
    if (there) this.#flush();
    else { this.typing = ""; this.ready = true; }
    this.changed("state");
  }

  /** What another tab tells. */
  #heard(m: any) {
    const mine = this.running?.conversation;
    if (m.ask && this.#lead) {
      this.#share?.tell({ of: mine, lines: this.lines, queue: this.queue, saw: this.theySaw, line: this.line, helper: this.helper });
    } else if (m.lines && m.of === mine && !this.#lead) {
      for (const l of m.lines) this.#apply(l);
      if (m.queue) this.#apply({ id: 0, event: "queue", data: m.queue });
      this.theySaw = Math.max(this.theySaw, m.saw);
      this.helper = m.helper;
      this.#line(m.line);
    } else if (m.event && m.of === mine && !this.#lead) this.#apply(m.event);
    else if (m.line !== undefined && !this.#lead) this.#line(m.line);
    else if (m.flush) this.#flush();
  }

  #apply(e: Heard) {
    if (lasting.includes(e.event)) {
      const id = e.id || e.data.seq || 0;
      if (id && id <= (this.lines.at(-1)?.id ?? 0)) return; // it came before
      if (e.event === "message") this.#message(e.data as Message);
      if (e.event === "joined") this.helper = { name: e.data.name, picture: e.data.picture ?? "" };
      if (e.event === "left" && this.helper.name === e.data.name) this.helper = { name: "", picture: "" };
      // A sign without a place in the order stays beside the line before it.
      this.lines.push({ id: id || (this.lines.at(-1)?.id ?? 0), event: e.event, data: e.data } as Line);
      return this.changed("lines");
    }
    if (e.event === "queue") {
      if (this.queue?.state === "left" && ["waiting", "live"].includes(e.data.state)) this.#later(""); // there again
      this.queue = e.data as Queue;
      this.ready = true;
      if (this.queue.name && this.queue.name !== this.helper.name) this.helper = { name: this.queue.name, picture: "" };
    } else if (e.event === "typing") this.#typing(e.data.typing ? e.data.name : "");
    else if (e.event === "seen") this.theySaw = Math.max(this.theySaw, Number(e.data.seq) || 0);
    else if (e.event === "notice") this.notice = e.data.text;
    this.changed("state");
  }

  #message(m: Message) {
    if (m.from !== "me") this.#typing("");
    if (m.client_id && this.out.drop(m.client_id)) this.changed("out");
  }

  /** "Is typing" ends by itself when nothing more is heard of it. */
  #typing(name: string) {
    clearTimeout(this.#typingTimer);
    this.typing = name;
    if (name) this.#typingTimer = window.setTimeout(() => { this.typing = ""; this.changed("state"); }, 8000);
  }

  /** Sends words and files. It is kept before it goes. */
  send(text: string, files: FileInfo[] = [], first: Record<string, unknown> = {}): string {
    const p: Pending = { client_id: newID(), text, files, at: Date.now(), sent: 0, refused: "" };
    if (!this.running && !this.out.all().length) p.first = first;
    this.lost = false;
    this.turned = null;
    this.out.add(p);
    this.changed("out");
    this.#join();
    this.#share?.tell({ flush: true });
    this.#flush();
    return p.client_id;
  }

  again(id: string) {
    this.out.change(id, { refused: "", sent: 0 });
    this.changed("out");
    this.#share?.tell({ flush: true });
    this.#flush();
  }

  /** Sends what waits, in order, one at a time. Only the tab that follows the stream does. */
  async #flush() {
    if (this.#flushing || !this.#lead) return;
    this.#flushing = true;
    clearTimeout(this.#timer);
    let wait = 0;
    for (let p = this.out.next(Date.now()); p && this.#lead && !wait; p = this.out.next(Date.now())) {
      try {
        await this.#post(p);
        this.#failures = 0;
        this.out.change(p.client_id, { sent: Date.now() });
      } catch (e) {
        const r = e as Refused;
        if (r.passing !== false) wait = Math.max(r.after ?? 0, backoff(this.#failures++));
        else if (r.gone && this.running && !p.first) { this.#flushing = false; return this.#forget(); }
        else if (p.first?.later && !this.running) this.#turn(p, r.message);
        else this.out.change(p.client_id, { refused: r.message || "?" });
      }
      this.changed("out");
    }
    this.#flushing = false;
    if (this.out.all().some((p) => !p.refused)) this.#timer = window.setTimeout(() => this.#flush(), wait || 21_000);
  }

  /** Another moment was chosen and cannot be: the form comes back with what was filled in. */
  #turn(p: Pending, says: string) {
    this.turned = { says, later: p.first!.later as Record<string, string> };
    this.keep.write("draft", p.text);
    this.out.drop(p.client_id);
    this.changed("gone");
  }

  async #post(p: Pending) {
    if (this.running) {
      await this.post("messages", { text: p.text, client_id: p.client_id, files: p.files.map((f) => f.id) });
      return;
    }
    const host = this.host;
    const at = here();
    const given = { ...host.known };
    const answer = await ask(host, "chat", { json: {
      text: p.text, client_id: p.client_id, ...at, site: host.site, identity: host.identity, given, lang: host.lang, ...p.first,
    } });
    const made = await answer.json();
    this.running = { conversation: made.conversation, token: made.token, case: String(made.case ?? ""), later: made.state === "later" ? "later" : "" };
    this.keep.write("talk", this.running);
    this.keep.write("around", { ...at, given, of: made.conversation });
    if (made.state !== "later") this.queue = { state: made.state, position: made.position, wait_seconds: made.wait_seconds, wait_text: "", name: "" };
    this.changed("state");
    this.#follow();
  }

  /** Another moment was chosen: nobody waits here now. */
  putOff() { this.#later("later"); }

  #later(later: string) {
    if (!this.running || this.running.later === later) return;
    this.running = { ...this.running, later };
    this.keep.write("talk", this.running);
    this.changed("state");
  }

  /** Asks something of the running conversation. */
  post(path: string, json: unknown, keepalive = false): Promise<Response> {
    if (!this.running) return Promise.reject(new Refused(0, ""));
    return ask(this.host, `chat/${this.running.conversation}/${path}`, { json, token: this.running.token, keepalive });
  }

  upload(file: File): Promise<FileInfo> {
    const body = new FormData();
    body.append("file", file, file.name);
    return ask(this.host, `chat/${this.running!.conversation}/files`, { body, token: this.running!.token }).then((r) => r.json());
  }

  fetch(file: string): Promise<Blob> { return this.#get(`files/${encodeURIComponent(file)}`); }

  /** The call that was agreed, for a calendar. */
  calendar(): Promise<Blob> { return this.#get("calendar"); }

  #get(what: string): Promise<Blob> {
    const path = `chat/${this.running!.conversation}/${what}`;
    return ask(this.host, path, { token: this.running!.token }).then((r) => r.blob());
  }

  /** The desk does not know the conversation any more. What was typed stays, to be sent anew. */
  #forget() {
    if (!this.running) return;
    const words = [...this.out.all().map((p) => p.text), this.keep.read<string>("draft") ?? ""].filter(Boolean);
    this.reset();
    if (words.length) this.keep.write("draft", words.join("\n\n"));
    this.lost = true;
    this.changed("gone");
  }

  /** Begins with an empty page. */
  reset() {
    this.#stop();
    this.#share?.stop();
    this.#share = null;
    this.#lead = null;
    this.running = null;
    this.lines = [];
    this.queue = null;
    this.ready = false;
    this.typing = "";
    this.theySaw = 0;
    this.helper = { name: "", picture: "" };
    this.line = true;
    this.out.clear();
    for (const name of ["talk", "seen", "asked", "around"]) this.keep.write(name, null);
  }

  /** This tab follows the stream for all tabs. */
  get leads(): boolean { return this.#lead !== null; }

  /** The last line that the other side said. */
  get lastHeard(): number {
    return this.lines.findLast((l) => (l.event === "message" ? l.data.from !== "me" : l.event === "card"))?.id ?? 0;
  }

  /** How many messages and cards came that the visitor did not see. */
  get unread(): number {
    const seen = this.keep.read<number>("seen") ?? 0;
    return this.lines.filter((l) => l.id > seen && (l.event === "message" ? l.data.from !== "me" : l.event === "card" && (l.data.open || l.data.kind.startsWith("promise")))).length;
  }
}
