// What was said, as it grows. A line that came is drawn once; only a card is drawn again when it was answered.
import type { Card, FileInfo, Line, Message } from "./desk.ts";
import { fill, h, icon, save } from "./dom.ts";
import { canvas, face } from "./face.ts";
import type { Host } from "./host.ts";
import type { Say } from "./keys.ts";
import { type Answer, card } from "./cards.ts";
import { rich } from "./links.ts";
import type { Pending } from "./outbox.ts";
import type { Talk } from "./talk.ts";
import { clock, day, dayOf, size } from "./when.ts";
import download from "icon:download";
import fileIcon from "icon:file";
import check from "icon:check";
import seen from "icon:check-check";

/** Which later card answers a card. */
const answers: Record<string, string[]> = {
  read_back: ["confirmed", "corrected"], solution: ["solved", "not_solved"], feedback: ["feedback"],
};

/** The card has still to be answered: nothing after it did, and no newer one took its place. */
export function open(lines: Line[], at: number): boolean {
  const one = lines[at]!;
  if (one.event !== "card" || !one.data.open) return false;
  const done = answers[one.data.kind] ?? [];
  return !lines.slice(at + 1).some((l) => l.event === "card" && (done.includes(l.data.kind) || l.data.kind === one.data.kind));
}

const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export class Log {
  element: HTMLElement;
  #lines: HTMLElement;
  #pending: HTMLElement;
  #drawn: { element: HTMLElement; open: boolean }[] = [];
  #pendingNow = "";
  #receipt = h("p", { class: "receipt" });

  constructor(private host: Host, private talk: Talk, private org: string, private say: Say) {
    this.#lines = h("div", { class: "lines", role: "log", "aria-live": "off", "aria-label": say("log"), "aria-relevant": "additions" });
    this.#pending = h("div", { class: "lines waiting-lines" });
    this.element = h("div", { class: "talk" }, this.#lines, this.#pending);
  }

  /** The last line, when nothing of the visitor waits below it. */
  get last(): HTMLElement | undefined {
    return this.#pending.childElementCount ? undefined : this.#drawn.at(-1)?.element;
  }

  /** Draws what is new. True when something came. */
  update(answer: Answer): boolean {
    const lines = this.talk.lines;
    if (lines.length < this.#drawn.length) {
      this.#drawn = [];
      this.#lines.replaceChildren();
    }
    if (this.talk.ready) this.#lines.setAttribute("aria-live", "polite");
    const before = this.#drawn.length;
    for (let i = 0; i < lines.length; i++) {
      const isOpen = open(lines, i);
      const drawn = this.#drawn[i];
      if (drawn && drawn.open === isOpen) continue;
      const element = this.#line(lines[i]!, lines[i - 1], isOpen, answer);
      if (drawn) drawn.element.replaceWith(element);
      else this.#lines.append(element);
      this.#drawn[i] = { element, open: isOpen };
    }
    this.#pend();
    this.#receive();
    return lines.length > before;
  }

  #line(l: Line, before: Line | undefined, isOpen: boolean, answer: Answer): HTMLElement {
    if (l.event === "joined") {
      return h("p", { class: "event" }, face(l.data.name, l.data.picture, this.host.base), h("span", {}, this.say("joined", { name: l.data.name })));
    }
    if (l.event === "left") {
      const key = l.data.next ? "left_next" : "left";
      return h("p", { class: "event" }, h("span", {}, this.say(key, { name: l.data.name, next: l.data.next })));
    }
    const kids: HTMLElement[] = [];
    const at = before && "at" in before.data ? before.data.at : "";
    if (dayOf(l.data.at) !== (at ? dayOf(at) : dayOf(new Date().toISOString()))) kids.push(h("p", { class: "day" }, day(l.data.at, this.host.lang)));
    if (l.event === "card") kids.push(card(l.data as Card, isOpen, this.say, answer));
    else kids.push(this.#message(l.data, before));
    return kids.length === 1 ? kids[0]! : h("div", { class: "with-day" }, ...kids);
  }

  #message(m: Message, before: Line | undefined): HTMLElement {
    const mine = m.from === "me";
    const name = mine ? this.say("you") : m.name || this.org;
    const joined = before?.event === "message" && before.data.from === m.from && before.data.name === m.name
      && Date.parse(m.at) - Date.parse(before.data.at) < 180_000;
    return h("div", { class: `said ${mine ? "me" : "them"} ${joined ? "on" : ""}` },
      h("p", { class: joined || mine ? "sr" : "name" }, name, " ", h("time", { datetime: m.at }, clock(m.at, this.host.lang))),
      !!m.text && h("div", { class: "bubble", dir: "auto" }, ...rich(m.text)),
      ...(m.files ?? []).map((f) => this.file(f)));
  }

  /** A file that can be fetched; a picture is drawn. */
  file(f: FileInfo): HTMLElement {
    const button = h("button", { type: "button", class: "file", "aria-label": `${this.say("file_get", { name: f.name })}, ${size(f.size, this.host.lang)}` },
      icon(fileIcon), h("span", { class: "file-name" }, f.name), h("span", { class: "soft" }, size(f.size, this.host.lang)), icon(download));
    const problem = h("span", { class: "wrong", role: "alert" });
    const get = async () => {
      try {
        problem.textContent = "";
        save(await this.talk.fetch(f.id), f.name);
      } catch {
        problem.textContent = this.say("error");
      }
    };
    button.addEventListener("click", get);
    if (pictures.includes(f.type) && f.size < 8 << 20) {
      void this.talk.fetch(f.id).then((b) => createImageBitmap(b)).then((all) => {
        const scale = Math.min(1, 640 / all.width, 480 / all.height);
        return createImageBitmap(all, { resizeWidth: Math.max(1, Math.round(all.width * scale)), resizeHeight: Math.max(1, Math.round(all.height * scale)) });
      }).then((picture) => {
        button.classList.add("picture");
        button.replaceChildren(canvas(picture));
      }).catch(() => {}); // the name stays
    }
    return h("div", { class: "file-box" }, button, problem);
  }

  #pend() {
    const all = this.talk.out.all();
    const there = this.talk.line && navigator.onLine;
    const now = JSON.stringify([there, ...all.map((p) => [p.client_id, !!p.sent, p.refused])]);
    if (now === this.#pendingNow) return;
    this.#pendingNow = now;
    const label = (p: Pending) => {
      if (p.refused) {
        return h("p", { class: "receipt wrong", role: "alert" }, h("span", {}, this.say("not_sent", { reason: p.refused })),
          h("button", { type: "button", onclick: () => this.talk.again(p.client_id) }, this.say("again")),
          h("button", { type: "button", onclick: () => { this.talk.out.drop(p.client_id); this.changed(); } }, this.say("remove")));
      }
      const state = p.sent ? "sent" : there ? "sending" : "waits";
      return h("p", { class: "receipt" }, this.say(state));
    };
    fill(this.#pending, ...all.map((p) => h("div", { class: `said me ${p.sent ? "" : "pale"}` },
      h("p", { class: "sr" }, this.say("you")), !!p.text && h("div", { class: "bubble", dir: "auto" }, ...rich(p.text)),
      ...p.files.map((f) => h("div", { class: "file-box" }, h("span", { class: "file" }, icon(fileIcon), h("span", { class: "file-name" }, f.name)))), label(p))));
  }
  /** Something was taken away by hand. */
  changed = () => {};

  /** Under the last words of the visitor: whether they arrived and were seen. */
  #receive() {
    const at = this.talk.lines.findLastIndex((l) => l.event === "message" && l.data.from === "me");
    if (at < 0 || this.talk.out.all().length) return this.#receipt.remove();
    const key = this.talk.lines[at]!.id <= this.talk.theySaw ? "seen" : "sent";
    const box = this.#drawn[at]!.element;
    const said = box.classList.contains("said") ? box : box.lastElementChild!;
    if (this.#receipt.parentElement === said && this.#receipt.dataset.key === key) return;
    this.#receipt.dataset.key = key;
    fill(this.#receipt, icon(key === "seen" ? seen : check), this.say(key));
    said.append(this.#receipt);
  }
}
