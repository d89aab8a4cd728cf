// The panel: what a visitor sees after the button. It shows what the conversation (talk.ts) knows.
import style from "style:./panel.css";
import { Around } from "./around.ts";
import { Asides } from "./asides.ts";
import { showAsked } from "./asked.ts";
import { notice, reachable, ways, who } from "./before.ts";
import { Composer, dropFiles } from "./composer.ts";
import { ask, type Welcome } from "./desk.ts";
import { type Person, signed } from "./details.ts";
import { fill, h, icon } from "./dom.ts";
import { face } from "./face.ts";
import { Frame } from "./frame.ts";
import type { Host, Panel } from "./host.ts";
import { type Say, texts } from "./keys.ts";
import { laterForm, times } from "./later.ts";
import { Log } from "./log.ts";
import { Menu } from "./menu.ts";
import { Reading } from "./reading.ts";
import { tone } from "./sound.ts";
import { Standing } from "./standing.ts";
import { Talk } from "./talk.ts";
import offline from "icon:wifi-off";
import user from "icon:user-check";

// Said before the desk gave its texts, or when it does not answer.
const own = {
  nl: { title: "Chat", close: "Sluit de chat", busy: "De chat wordt geladen", failed: "De chat laadt nu niet.", again: "Probeer het opnieuw", contact: "Naar onze contactpagina" },
  en: { title: "Chat", close: "Close the chat", busy: "The chat is loading", failed: "The chat does not load now.", again: "Try again", contact: "Go to our contact page" },
};

class Chat implements Panel {
  talk: Talk;
  frame: Frame;
  w: Welcome | null = null;
  say: Say = texts({});
  log!: Log;
  composer!: Composer;
  mode = "";
  #around: Around;
  #reading = new Reading(() => this.#soon());
  #standing!: Standing;
  #asides!: Asides;
  #menu!: Menu;
  #bar = h("p", { class: "bar", role: "status" });
  #asked = h("div", { class: "asked-for" });
  #typing = h("p", { class: "typing", "aria-hidden": "true" });
  #human = h("div", { class: "human" });
  #heard = -1;
  #due = false;
  /** The visitor just answered a card: what follows is shown. */
  #mine = false;

  constructor(private host: Host) {
    this.frame = new Frame(host, (open) => this.#toggled(open));
    this.talk = new Talk(host, (what) => {
      if (what === "gone") this.#gone();
      if (what === "state") this.#around?.soon();
      this.#soon();
    });
    this.#around = new Around(host, this.talk);
    host.root.append(this.frame.dialog);
    this.frame.name(own[host.lang].title, own[host.lang].close, "");
    dropFiles(this.frame.dialog, () => (this.w ? this.composer : null), () => this.say("file_drop"));
    for (const e of ["online", "offline"]) window.addEventListener(e, () => this.#soon());
    document.addEventListener("visibilitychange", () => this.#soon());
    window.addEventListener("focus", () => this.#soon());
    void this.#load();
    setInterval(() => { if (this.frame.open && this.mode === "before" && !document.hidden) void this.#refresh(); }, 60_000);
  }

  open(byHand: boolean) {
    this.frame.show();
    if (byHand) this.#focus();
  }

  close() { this.frame.close(); }

  given() { this.#around.soon(); }

  /** On a telephone the keyboard would hide who is there: there the focus begins at the title. */
  #focus() {
    if (this.frame.small || !this.composer || this.composer.element.hidden) this.frame.title.focus();
    else this.composer.words.focus();
  }

  #ask(): Promise<Welcome> {
    const q = new URLSearchParams({ site: this.host.site, lang: this.host.lang });
    return ask(this.host, `chat?${q}`).then((r) => r.json());
  }

  async #load() {
    const words = own[this.host.lang];
    fill(this.frame.main, h("div", { class: "body loading", role: "status" }, h("span", { class: "sr" }, words.busy), h("i"), h("i"), h("i")));
    try {
      this.w = await this.#ask();
    } catch (e) {
      const problem = (e as Error).message || words.failed;
      return fill(this.frame.main, h("div", { class: "body failed", role: "alert" }, h("p", {}, problem),
        h("button", { type: "button", class: "primary", onclick: () => void this.#load() }, words.again),
        h("a", { href: this.host.base.href, target: "_blank", rel: "noopener" }, words.contact)));
    }
    this.#begin(this.w);
  }

  #begin(w: Welcome) {
    this.say = texts(w.texts);
    this.host.paint(w.accent);
    this.talk.keep.write("accent", w.accent);
    this.talk.notice ??= w.notice;
    this.frame.name(this.say("title", { org: w.org.name }), this.say("close"), this.say("menu"));
    this.log = new Log(this.host, this.talk, w.org.name, this.say);
    this.log.changed = () => this.#soon();
    this.composer = new Composer(this.host, this.talk, w, this.say, () => { this.#asides.goneOn(); this.#render(); this.#reading.bottom(); });
    this.#parts();
    fill(this.frame.main, this.#bar, this.#reading.body, this.#reading.below, this.#typing, this.composer.element, this.#human);
    this.#render();
    if (this.frame.open && this.host.root.activeElement === this.frame.title) this.#focus();
  }

  #parts() {
    this.#reading.name(this.say("new_below"));
    this.#standing = new Standing(this.talk, this.say);
    this.#asides = new Asides(this.talk, this.say, () => { this.composer.words.focus(); this.#reading.bottom(); });
    this.#menu = new Menu(this.talk, this.say, {
      ask: (form) => { this.#asides.show(form); this.#reading.bottom(); form.querySelector<HTMLElement>("input,button")?.focus(); },
      told: (says) => this.#asides.told(says), person: () => this.#person(), changed: () => this.#soon(),
    });
  }

  async #refresh() {
    const now = await this.#ask().catch(() => null);
    if (!now || this.mode !== "before" || !this.w) return;
    const same = reachable(now) === reachable(this.w);
    this.w = now;
    if (!same) this.mode = "";
    this.#render();
  }

  #toggled(open: boolean) {
    if (!open) return this.#soon();
    this.#heard = -1;
    if (this.mode === "before") void this.#refresh();
    this.#render();
    if (this.mode === "talk" && this.log) this.#reading.reveal(this.log.last);
  }

  /** Several things that happen at once are drawn once. */
  #soon() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => { this.#due = false; this.#render(); });
  }

  #gone() {
    this.mode = "";
    this.composer?.restore();
    if (this.talk.turned) queueMicrotask(() => void this.#refresh()); // the list is of now
  }

  #render() {
    if (!this.w) return;
    const talking = !!this.talk.running || this.talk.out.all().length > 0;
    const mode = talking ? "talk" : "before";
    if (mode !== this.mode) {
      this.mode = mode;
      this.frame.dialog.dataset.mode = mode;
      this.#reading.talk = talking;
      this.#asides.element.replaceChildren();
      this.#standing.top.replaceChildren();
      delete this.#human.dataset.mode;
      fill(this.#reading.body, this.#reading.inside);
      if (talking) fill(this.#reading.inside, this.#standing.top, this.log.element, this.#standing.wait, this.#asked, this.#asides.element);
    }
    if (talking) this.#talking();
    else this.#before(this.w);
    this.#head(talking);
    this.#line(talking);
    this.composer.update();
    this.host.unread(this.frame.open ? 0 : this.talk.unread);
  }

  #before(w: Welcome) {
    const can = reachable(w);
    const shown = this.#standing.top;
    this.composer.element.hidden = !can;
    const lost = this.talk.lost && h("p", { class: "notice", role: "alert" }, this.say("lost"));
    const turned = this.talk.turned && h("p", { class: "notice", role: "alert" }, this.talk.turned.says);
    const top = [lost, turned, notice(this.talk.notice ?? w.notice), who(this.host, w, this.say)];
    const old = this.#reading.body.querySelector(".later");
    if (!can && old) { // what somebody fills in stays
      fill(shown, ...top);
      const list = old.querySelector<HTMLSelectElement>("select.times");
      if (list) times(list, w.callback);
    } else {
      fill(shown, ...top);
      fill(this.#reading.inside, shown, !can && this.#laterForm(w), ways(w.ways, this.say));
    }
    fill(this.#human, icon(user), h("span", {}, this.say("human")));
    this.#typing.textContent = "";
  }

  #laterForm(w: Welcome) {
    const person = this.#person();
    const text = this.talk.keep.read<string>("draft") ?? "";
    const chosen = this.talk.turned?.later;
    const known = { ...person, text, phone: chosen?.phone ?? "", call: chosen?.kind === "callback" };
    return laterForm(w, this.say, known, (l) => {
      this.talk.keep.write("later", { says: l.done, call: l.later.kind === "callback" });
      this.talk.keep.write("draft", null);
      this.composer.words.value = "";
      const first: Record<string, unknown> = { later: l.later };
      if (l.name) first.name = l.name;
      if (l.email) first.email = l.email;
      this.talk.send(l.text, [], first);
      this.frame.title.focus();
    }, (typed) => this.talk.keep.write("draft", typed || null));
  }

  #person(): Person {
    return this.talk.keep.read<Person>("person") ?? signed(this.host.identity);
  }

  #talking() {
    const follow = this.#reading.atBottom || this.#mine;
    this.composer.element.hidden = false;
    const came = this.log.update(async (a) => { this.#mine = true; await this.talk.post("answers", a); this.composer.words.focus(); });
    this.#standing.update();
    showAsked(this.#asked, this.talk.queue, this.talk, this.say, this.#person(), (says, call) => this.#chose(says, call));
    this.#asides.offerMail(this.#person(), this.#asked.childElementCount > 0);
    const { typing } = this.talk;
    const says = typing ? this.say("typing", { name: typing }) : "";
    if (this.#typing.dataset.says !== says) {
      this.#typing.dataset.says = says;
      fill(this.#typing, says, !!says && h("i"), !!says && h("i"), !!says && h("i"));
    }
    if (this.#human.dataset.mode !== "talk") this.#humanLine();
    if (came && this.#heard >= 0 && this.talk.lastHeard > this.#heard) this.#news(follow);
    this.#heard = this.talk.lastHeard;
    if (came) {
      if (follow) this.#reading.reveal(this.log.last);
      this.#mine = false;
    }
    this.#see();
  }

  #news(follow: boolean) {
    this.#reading.tell(this.log.last, follow);
    if (this.talk.leads && this.talk.keep.read<boolean>("sound") && !(this.frame.open && document.hasFocus())) tone();
  }

  #humanLine() {
    const list = this.w!.ways;
    const other = h("button", { type: "button", class: "link", "aria-expanded": "false", onclick: () => {
      const shown = this.#asides.ways(list);
      other.setAttribute("aria-expanded", String(shown));
      if (shown) this.#reading.bottom();
    } }, this.say("ways"));
    fill(this.#human, icon(user), h("span", {}, this.say("human")), list.length > 0 && other);
    this.#human.dataset.mode = "talk";
  }

  /** Whoever helped before was not free, and something was agreed; no words: a colleague helps. */
  #chose(says: string, call: boolean) {
    if (says) {
      this.talk.keep.write("later", { says, call });
      this.talk.putOff();
      this.#reading.body.scrollTop = 0;
    }
    (says ? this.frame.title : this.composer.words).focus();
  }

  #head(talking: boolean) {
    const { helper, queue } = this.talk;
    const helped = talking && !!helper.name && queue?.state !== "ended" && queue?.state !== "waiting";
    const under = helped ? this.say("helps", { name: helper.name }) : "";
    if (this.frame.under.textContent !== under) {
      this.frame.under.textContent = under;
      fill(this.frame.faces, helped && face(helper.name, helper.picture, this.host.base));
    }
    this.frame.items(this.#menu.items(talking));
  }

  #line(talking: boolean) {
    const away = !navigator.onLine || (talking && !!this.talk.running && !this.talk.line);
    if (this.#bar.classList.contains("shown") === away) return;
    this.#bar.classList.toggle("shown", away);
    fill(this.#bar, away && icon(offline), away && h("span", {}, this.say("offline")));
  }

  /** What is on the screen in a window that is looked at was seen. */
  #see() {
    const last = this.talk.lastHeard;
    if (!this.frame.open || document.hidden || !this.#reading.atBottom || last <= (this.talk.keep.read<number>("seen") ?? 0)) return;
    this.talk.keep.write("seen", last);
    this.talk.post("seen", { seq: last }, true).catch(() => {});
  }
}

/** Makes the panel of this element; the button asks for it once. */
export function panel(host: Host): Panel {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  const [first, ...rest] = host.root.adoptedStyleSheets;
  host.root.adoptedStyleSheets = [first!, sheet, ...rest]; // the organisation's colours stay last
  return new Chat(host);
}
