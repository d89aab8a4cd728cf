// Where the visitor writes: words, files by button, paste and drag, and the sign that somebody types.
import type { FileInfo, Welcome } from "./desk.ts";
import { fresh, h, icon } from "./dom.ts";
import type { Host } from "./host.ts";
import type { Say } from "./keys.ts";
import type { Talk } from "./talk.ts";
import { size } from "./when.ts";
import send from "icon:send";
import clip from "icon:paperclip";
import close from "icon:x";
import fileIcon from "icon:file";

interface Added { file: File; info: FileInfo | null; element: HTMLElement }

export class Composer {
  element: HTMLElement;
  words: HTMLTextAreaElement;
  #tray = h("ul", { class: "tray" });
  #tells = h("p", { class: "wrong tells", role: "alert" });
  #label: HTMLLabelElement;
  #attach: HTMLButtonElement;
  #added: Added[] = [];
  #typed = 0;

  constructor(private host: Host, private talk: Talk, private w: Welcome, private say: Say, private sent: () => void) {
    const id = fresh("words");
    this.words = h("textarea", { id, rows: 1, enterkeyhint: "send", oninput: () => this.#input(), onkeydown: (e: KeyboardEvent) => this.#key(e),
      onpaste: (e: ClipboardEvent) => this.#paste(e),
      onbeforeinput: (e: InputEvent) => { if (e.inputType === "insertLineBreak" && !this.words.value) e.preventDefault(); }, // a message does not begin with an empty line
      onblur: () => this.#typing(false) });
    this.words.value = talk.keep.read<string>("draft") ?? "";
    this.#label = h("label", { for: id });
    const pick = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, accept: w.limits.types.join(","), onchange: () => {
      this.add([...(pick.files ?? [])]);
      pick.value = "";
    } });
    this.#attach = h("button", { type: "button", class: "plain", "aria-label": say("file_add"), title: say("file_add"), onclick: () => pick.click() }, icon(clip));
    this.element = h("form", { class: "composer", novalidate: true, onsubmit: (e: SubmitEvent) => { e.preventDefault(); this.#send(); } },
      this.#label, this.#tells, this.#tray,
      h("div", { class: "row" }, this.#attach, pick, this.words,
        h("button", { type: "submit", class: "primary send" }, icon(send), h("span", {}, say("send")))));
    this.update();
  }

  /** The first message asks for the question; later ones are messages, and may have files. */
  update() {
    const first = !this.talk.running && !this.talk.out.all().length;
    this.#label.textContent = this.say(first ? "ask_label" : "message_label");
    this.#label.className = first ? "big" : "sr";
    this.words.placeholder = this.say(first ? "ask_hint" : "message_hint");
    this.#attach.hidden = !this.talk.running;
    this.#grow();
  }

  /** Words of elsewhere: what was typed before a conversation was lost. */
  restore() {
    this.words.value = this.talk.keep.read<string>("draft") ?? this.words.value;
    this.#grow();
  }

  #grow() {
    this.words.style.height = "auto";
    if (this.words.scrollHeight) this.words.style.height = `${Math.min(160, this.words.scrollHeight + 2)}px`;
  }

  #input() {
    this.#grow();
    this.talk.keep.write("draft", this.words.value || null);
    const over = this.words.value.length > this.w.limits.message_chars;
    this.#tell(over ? this.say("too_long", { count: this.words.value.length, max: this.w.limits.message_chars }) : "");
    this.#typing(this.words.value !== "");
  }

  /** Tells the other side, at most once in three seconds. */
  #typing(is: boolean) {
    if (!this.talk.running || (is ? Date.now() - this.#typed < 3000 : !this.#typed)) return;
    this.#typed = is ? Date.now() : 0;
    this.talk.post("typing", { typing: is }).catch(() => {}); // a sign, not worth a second try
  }

  #key(e: KeyboardEvent) {
    const keyboard = matchMedia("(pointer: fine)").matches || !("ontouchstart" in window);
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || !keyboard) return;
    e.preventDefault();
    this.#send();
  }

  #paste(e: ClipboardEvent) {
    const files = [...(e.clipboardData?.files ?? [])];
    if (!files.length) return;
    e.preventDefault();
    this.add(files);
  }

  #tell(text: string) {
    if (this.#tells.textContent !== text) this.#tells.textContent = text;
  }

  /** Takes files: checks type and size, and sends them ahead, so that the message can go at once. */
  add(files: File[]) {
    this.#tell("");
    if (!this.talk.running) return this.#tell(this.say("file_first"));
    const { types, file_bytes: most } = this.w.limits;
    for (const file of files) {
      const kind = file.name.toLowerCase().match(/\.[^.]+$/)?.[0] ?? "";
      if (!types.includes(kind)) this.#tell(this.say("file_type", { name: file.name, types: types.join(", ") }));
      else if (file.size > most) this.#tell(this.say("file_size", { name: file.name, max: size(most, this.host.lang) }));
      else void this.#upload(file);
    }
  }

  async #upload(file: File) {
    const state = h("span", { class: "sr", role: "status" }, this.say("file_busy", { name: file.name }));
    const one: Added = { file, info: null, element: h("li", { class: "busy" }, icon(fileIcon), h("span", { class: "file-name" }, file.name),
      h("span", { class: "soft" }, size(file.size, this.host.lang)), state,
      h("button", { type: "button", class: "plain small", "aria-label": this.say("file_remove", { name: file.name }), onclick: () => this.#remove(one) }, icon(close))) };
    this.#added.push(one);
    this.#tray.append(one.element);
    try {
      one.info = await this.talk.upload(file);
      one.element.className = "";
      state.textContent = "";
    } catch (e) {
      this.#remove(one);
      this.#tell((e as Error).message || this.say("file_failed", { name: file.name }));
    }
  }

  #remove(one: Added) {
    const had = one.element.contains((this.host.root as ShadowRoot).activeElement);
    this.#added = this.#added.filter((a) => a !== one);
    one.element.remove();
    if (had) this.words.focus();
  }

  #send() {
    const text = this.words.value.trim();
    const busy = this.#added.find((a) => !a.info);
    const files = this.#added.flatMap((a) => (a.info ? [a.info] : []));
    if (busy) return this.#tell(this.say("file_busy", { name: busy.file.name }));
    if ((!text && !files.length) || text.length > this.w.limits.message_chars) return this.words.focus();
    this.talk.send(text, files);
    this.words.value = "";
    this.talk.keep.write("draft", null);
    for (const a of this.#added) a.element.remove();
    this.#added = [];
    this.#tell("");
    this.#typing(false);
    this.#grow();
    this.sent();
    this.words.focus();
  }
}

/** Files that are dragged onto the window go along with the next message, once there is something to write. */
export function dropFiles(window: HTMLElement, composer: () => Composer | null, says: () => string) {
  const has = (e: DragEvent) => !!e.dataTransfer?.types.includes("Files") && !!composer();
  window.addEventListener("dragover", (e) => { if (has(e)) { e.preventDefault(); window.dataset.drop = says(); } });
  window.addEventListener("dragleave", (e) => { if (!window.contains(e.relatedTarget as Node | null)) delete window.dataset.drop; });
  window.addEventListener("drop", (e) => {
    delete window.dataset.drop;
    if (!has(e)) return;
    e.preventDefault();
    composer()!.add([...e.dataTransfer!.files]);
  });
}
