// The panel: what a visitor sees after the button. It shows what the conversation (talk.ts) knows.
import style from "style:./panel.css";
import { Around } from "./around.ts";
import { showAsked } from "./asked.ts";
import { notice, reachable, ways, who } from "./before.ts";
import { Composer, dropFiles } from "./composer.ts";
import { ask, type Welcome } from "./desk.ts";
import { endSure, mailToo, type Person, signed, transcript } from "./details.ts";
import { fill, h, icon } from "./dom.ts";
import { face } from "./face.ts";
import { Frame, type Item } from "./frame.ts";
import type { Host, Panel } from "./host.ts";
import { type Say, texts } from "./keys.ts";
import { laterForm, times, toCalendar } from "./later.ts";
import { Log } from "./log.ts";
import { tone } from "./sound.ts";
import { Talk } from "./talk.ts";
import offline from "icon:wifi-off";
import user from "icon:user-check";
import clock from "icon:clock";
import check from "icon:circle-check";
import down from "icon:chevron-down";

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
  #body = h("div", { class: "body", tabindex: -1 });
  #inside = h("div", { class: "inside" });
  #stuck = true;
  #bar = h("p", { class: "bar", role: "status" });
  #top = h("div", { class: "top" });
  #wait = h("div", { class: "wait", role: "status" });
  #asked = h("div", { class: "asked-for" });
  #aside = h("div", { class: "asides" });
  #typing = h("p", { class: "typing", "aria-hidden": "true" });
  #below = h("button", { type: "button", class: "below", hidden: true });
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
    this.#below.addEventListener("click", () => this.#bottom());
    this.#body.addEventListener("scroll", () => {
      this.#stuck = this.#atBottom();
      if (this.#stuck) { this.#below.hidden = true; this.#soon(); }
    });
    // A picture that comes in, a keyboard that slides up: who read the last line goes on seeing it.
    const grown = new ResizeObserver(() => { if (this.#stuck) this.#bottom(); });
    grown.observe(this.#body);
    grown.observe(this.#inside);
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
    this.composer = new Composer(this.host, this.talk, w, this.say, () => { this.#goneOn(); this.#render(); this.#bottom(); });
    fill(this.#below, icon(down), this.say("new_below"));
    fill(this.frame.main, this.#bar, this.#body, this.#below, this.#typing, this.composer.element, this.#human);
    this.#render();
    if (this.frame.open && this.host.root.activeElement === this.frame.title) this.#focus();
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
    if (this.mode === "talk" && this.log) this.#reveal();
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
      this.#aside.replaceChildren();
      this.#top.replaceChildren();
      delete this.#human.dataset.mode;
      fill(this.#body, this.#inside);
      if (talking) fill(this.#inside, this.#top, this.log.element, this.#wait, this.#asked, this.#aside);
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
    this.composer.element.hidden = !can;
    const lost = this.talk.lost && h("p", { class: "notice", role: "alert" }, this.say("lost"));
    const turned = this.talk.turned && h("p", { class: "notice", role: "alert" }, this.talk.turned.says);
    const top = [lost, turned, notice(this.talk.notice ?? w.notice), who(this.host, w, this.say)];
    const old = this.#body.querySelector(".later");
    if (!can && old) { // what somebody fills in stays
      fill(this.#top, ...top);
      const list = old.querySelector<HTMLSelectElement>("select.times");
      if (list) times(list, w.callback);
    } else {
      fill(this.#top, ...top);
      fill(this.#inside, this.#top, !can && this.#laterForm(w), ways(w.ways, this.say));
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
    const follow = this.#atBottom() || this.#mine;
    this.composer.element.hidden = false;
    const came = this.log.update(async (a) => { this.#mine = true; await this.talk.post("answers", a); this.composer.words.focus(); });
    this.#laterDone();
    this.#waiting();
    showAsked(this.#asked, this.talk.queue, this.talk, this.say, this.#person(), (says, call) => this.#chose(says, call));
    this.#offerMail();
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
      if (follow) this.#reveal();
      this.#mine = false;
    }
    this.#see();
  }

  #news(follow: boolean) {
    const end = this.log.last?.getBoundingClientRect().top ?? 0;
    this.#below.hidden = follow || end < this.#body.getBoundingClientRect().bottom - 40; // it can be seen already
    if (this.talk.leads && this.talk.keep.read<boolean>("sound") && !(this.frame.open && document.hasFocus())) tone();
  }

  #humanLine() {
    const other = h("button", { type: "button", class: "link", "aria-expanded": "false", onclick: () => {
      const shown = this.#aside.querySelector(".ways");
      other.setAttribute("aria-expanded", String(!shown));
      if (shown) return shown.remove();
      const list = ways(this.w!.ways, this.say);
      if (list) this.#aside.append(list);
      this.#bottom();
    } }, this.say("ways"));
    fill(this.#human, icon(user), h("span", {}, this.say("human")), this.w!.ways.length > 0 && other);
    this.#human.dataset.mode = "talk";
  }

  /** What was agreed when nobody was there. */
  #laterDone() {
    const done = this.talk.running?.later ? this.talk.keep.read<{ says: string; call: boolean }>("later") : null;
    const says = done ? done.says + this.talk.running!.case : "";
    const notes = this.talk.lost ? "" : this.talk.notice ?? "";
    if (this.#top.dataset.says === says + notes && this.#top.childElementCount) return;
    this.#top.dataset.says = says + notes;
    fill(this.#top, notice(notes),
      !!done && h("section", { class: `card ${done.call ? "amber" : ""}`, role: "status" },
        h("h3", {}, icon(done.call ? clock : check), h("span", {}, done.says)),
        !!this.talk.running!.case && h("p", { class: "soft" }, this.say("later_case", { number: this.talk.running!.case })),
        done.call && toCalendar(this.talk, this.say)));
  }

  /** Whoever helped before was not free, and something was agreed; no words: a colleague helps. */
  #chose(says: string, call: boolean) {
    if (says) {
      this.talk.keep.write("later", { says, call });
      this.talk.putOff();
      this.#body.scrollTop = 0;
    }
    (says ? this.frame.title : this.composer.words).focus();
  }

  /** Position and honest wait, told anew only when it changed. */
  #waiting() {
    const q = this.talk.queue;
    const quiet = !q || !!this.talk.running?.later || this.talk.out.all().some((p) => !!p.refused && !this.talk.running);
    let says: string[] = [];
    if (!quiet && q.state === "waiting") {
      says = [q.position <= 1 ? this.say("position_first") : this.say("position", { position: q.position }), q.asked?.stays ? "" : q.wait_text || this.say("wait_unknown"), this.say("wait_keep")].filter(Boolean);
    } else if (!quiet && q.state === "ended") says = [this.say("ended")];
    const all = says.join("|");
    if (this.#wait.dataset.says === all) return;
    this.#wait.dataset.says = all;
    this.#wait.classList.toggle("over", says.length === 1);
    fill(this.#wait, ...says.map((s, i) => h("p", { class: i === 0 ? "first" : "" }, s)));
  }

  #offerMail() {
    const keep = this.talk.keep;
    const state = this.talk.queue?.state;
    const wanted = this.talk.running && !this.talk.running.later && !keep.read("asked") && (state === "waiting" || state === "live") && !this.#asked.childElementCount;
    const there = this.#aside.querySelector(".mail-too");
    if (!wanted) return there && !keep.read("asked") ? there.remove() : undefined;
    if (there || this.#aside.childElementCount) return;
    this.#show(mailToo(this.talk, this.say, this.#person(), (says) => { keep.write("asked", true); this.#told(says); }), "mail-too");
  }

  /** Who goes on talking with somebody who answers does not want the small question: it goes by itself. */
  #goneOn() {
    const offer = this.#aside.querySelector(".mail-too");
    const answered = this.talk.queue?.state === "live" && this.talk.lines.some((l) => l.event === "message" && l.data.from === "agent");
    if (!offer || !answered || !offer.querySelector(".fold[hidden]")) return;
    this.talk.keep.write("asked", true);
    offer.remove();
  }

  #show(form: HTMLElement, name = "") {
    if (name) form.classList.add(name);
    fill(this.#aside, form);
  }

  /** Says how a small question ended. */
  #told(says: string) {
    fill(this.#aside, !!says && h("p", { class: "event", role: "status" }, says));
    this.composer.words.focus();
    this.#bottom();
  }

  #head(talking: boolean) {
    const { helper, queue } = this.talk;
    const helped = talking && !!helper.name && queue?.state !== "ended" && queue?.state !== "waiting";
    const under = helped ? this.say("helps", { name: helper.name }) : "";
    if (this.frame.under.textContent !== under) {
      this.frame.under.textContent = under;
      fill(this.frame.faces, helped && face(helper.name, helper.picture, this.host.base));
    }
    this.frame.items(this.#items(talking));
  }

  #itemsNow = "";
  #list: Item[] = [];
  #items(talking: boolean): Item[] {
    const ended = this.talk.queue?.state === "ended" || !!this.talk.running?.later;
    const sound = this.talk.keep.read<boolean>("sound") ?? false;
    const now = `${talking} ${ended} ${sound} ${!!this.talk.running}`;
    if (now === this.#itemsNow) return this.#list;
    this.#itemsNow = now;
    this.#list = [];
    if (!talking) return this.#list;
    const running = !!this.talk.running;
    const small = (form: HTMLElement) => { this.#show(form); this.#bottom(); form.querySelector<HTMLElement>("input,button")?.focus(); };
    if (running) this.#list.push({ label: this.say("transcript"), run: () => small(transcript(this.talk, this.say, this.#person(), (s) => this.#told(s))) });
    this.#list.push({ label: this.say(sound ? "sound_off" : "sound_on"), run: () => { this.talk.keep.write("sound", !sound); if (!sound) tone(); this.#soon(); } });
    if (running && ended) this.#list.push({ label: this.say("new"), run: () => { this.talk.reset(); this.#soon(); } });
    if (running && !ended) this.#list.push({ label: this.say("end"), run: () => small(endSure(this.talk, this.say, (s) => this.#told(s))) });
    return this.#list;
  }

  #line(talking: boolean) {
    const away = !navigator.onLine || (talking && !!this.talk.running && !this.talk.line);
    if (this.#bar.classList.contains("shown") === away) return;
    this.#bar.classList.toggle("shown", away);
    fill(this.#bar, away && icon(offline), away && h("span", {}, this.say("offline")));
  }

  #atBottom() { return this.#body.scrollHeight - this.#body.scrollTop - this.#body.clientHeight < 80; }

  #bottom() {
    if (this.mode === "talk") this.#body.scrollTop = this.#body.scrollHeight;
    this.#stuck = true;
    this.#below.hidden = true;
  }

  /** Shows what came last; of a card that is taller than the screen the beginning. */
  #reveal() {
    this.#bottom();
    const last = this.log.last;
    const over = last ? this.#body.getBoundingClientRect().top + 12 - last.getBoundingClientRect().top : 0;
    if (over <= 0) return;
    this.#body.scrollTop -= over;
    this.#stuck = this.#atBottom();
  }

  /** What is on the screen in a window that is looked at was seen. */
  #see() {
    const last = this.talk.lastHeard;
    if (!this.frame.open || document.hidden || !this.#atBottom() || last <= (this.talk.keep.read<number>("seen") ?? 0)) return;
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
