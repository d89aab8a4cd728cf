// The part that every visitor of a page downloads: a button. It must stay below 4 kB.
import style from "style:./button.css";
import bubble from "icon:message-circle-question-mark";
import { type Accent, type Host, type Panel, place } from "./host.ts";

/** The file name of the panel, put here when this file is built. */
declare const PANEL: string;

const script = (document.currentScript ?? document.querySelector('script[src*="/widget.js"]')) as HTMLScriptElement | null;
const own = {
  nl: { label: "Chat met ons", one: "1 nieuw bericht", more: "{n} nieuwe berichten", failed: "De chat opent nu niet. Naar onze contactpagina" },
  en: { label: "Chat with us", one: "1 new message", more: "{n} new messages", failed: "The chat does not open now. Go to our contact page" },
};
const colour = /^#[0-9a-f]{6}$/i;

function language(): "nl" | "en" {
  const said = [script?.dataset.lang, document.documentElement.lang, navigator.language];
  const found = said.map((l) => l?.slice(0, 2).toLowerCase()).find((l) => l === "nl" || l === "en");
  return (found as "nl" | "en" | undefined) ?? "nl";
}

/** A colour for words on a colour: the one that can be read. */
function on(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#10181b" : "#ffffff";
}

function stored(where: "localStorage" | "sessionStorage", name: string): any {
  try {
    return JSON.parse(window[where].getItem(name) ?? "null");
  } catch {
    return null; // the page may not keep anything, or somebody else wrote there
  }
}

function svg(): SVGElement {
  const make = (tag: string, attr: Record<string, string>) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attr) e.setAttribute(name, attr[name]!);
    return e;
  };
  const drawing = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" });
  drawing.append(...bubble.map(([tag, attr]) => make(tag, attr)));
  return drawing;
}

class BalieChat extends HTMLElement implements Host {
  root!: ShadowRoot;
  button = document.createElement("button");
  base = new URL(".", script?.src ?? location.href);
  override lang = language();
  site = script?.dataset.site ?? "";
  identity = script?.dataset.identity ?? "";
  known: Record<string, string> = {};
  #colours = new CSSStyleSheet();
  #badge = document.createElement("span");
  #label = document.createElement("span");
  #panel: Promise<Panel> | undefined;

  connectedCallback() {
    if (this.root) return;
    this.root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.root.adoptedStyleSheets = [sheet, this.#colours];
    this.#badge.className = "badge";
    this.#badge.hidden = true;
    this.#label.className = "label";
    this.#label.textContent = own[this.lang].label;
    this.button.type = "button";
    this.button.className = "launch";
    this.button.lang = this.lang;
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.append(svg(), this.#label, this.#badge);
    this.button.addEventListener("click", () => this.open());
    this.root.append(this.button);
    const fixed = script?.dataset.accent ?? "";
    if (colour.test(fixed)) sheet.insertRule(`:host{--launch:${fixed};--on-launch:${on(fixed)}}`, sheet.cssRules.length);
    this.paint(stored("localStorage", place(this.base, "accent")));
    this.#goOn();
  }

  /** A conversation that runs goes on by itself: new messages are counted, and a panel that was open opens. */
  #goOn() {
    const open = stored("sessionStorage", place(this.base, "open")) === true;
    if (!open && !stored("localStorage", place(this.base, "talk")) && !stored("localStorage", place(this.base, "out"))?.length) return;
    setTimeout(() => this.#load().then((panel) => open && panel.open(false), () => {}), 0);
  }

  #load(): Promise<Panel> {
    this.#panel ??= import(new URL(`../../assets/${PANEL}`, this.base).href).then((m) => m.panel(this) as Panel);
    return this.#panel;
  }

  async open() {
    this.button.setAttribute("aria-busy", "true");
    try {
      (await this.#load()).open(true);
    } catch {
      const way = document.createElement("a");
      way.className = "launch";
      way.href = this.base.href;
      way.textContent = own[this.lang].failed;
      this.button.replaceWith(way);
      way.focus();
    }
    this.button.removeAttribute("aria-busy");
  }

  async close() {
    (await this.#panel)?.close();
  }

  /** What the page knows of this visitor, so that nobody asks for it again. Also what it learns later. */
  given(fields: Record<string, unknown>) {
    for (const name in fields) {
      const value = fields[name];
      if (value == null || typeof value === "object") delete this.known[name];
      else if (name in this.known || Object.keys(this.known).length < 20) this.known[name] = String(value).slice(0, 200); // as the desk takes
    }
    this.#panel?.then((panel) => panel.given(), () => {});
  }

  unread(count: number) {
    const words = count === 1 ? own[this.lang].one : own[this.lang].more.replace("{n}", String(count));
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 9 ? "9+" : String(count);
    this.button.setAttribute("aria-label", this.#label.textContent + (count ? `, ${words}` : ""));
  }

  paint(a: Accent | null) {
    if (!a) return;
    const rules = (name: string, value: string) => (colour.test(value) ? `${name}:${value};` : "");
    const all = (accent: string, bg: string, ink: string) => `:host{${rules("--accent", accent)}${rules("--accent-bg", bg)}${rules("--on-accent", ink)}}`;
    this.#colours.replaceSync(`${all(a.light, a.light_bg, a.on_light)}@media (prefers-color-scheme:dark){${all(a.dark, a.dark_bg, a.on_dark)}}`);
  }
}

function begin() {
  if (!document.querySelector("balie-chat")) document.body.append(document.createElement("balie-chat"));
}

if (!customElements.get("balie-chat")) {
  customElements.define("balie-chat", BalieChat);
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
}
