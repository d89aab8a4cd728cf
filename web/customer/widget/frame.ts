// The window around the chat: beside the page on a desk, the whole screen on a telephone.
import { h, icon } from "./dom.ts";
import type { Host } from "./host.ts";
import { keepOpen } from "./keep.ts";
import close from "icon:x";
import more from "icon:ellipsis";

const small = matchMedia("(max-width: 480px), (max-height: 420px)");

/** What stands in the menu. */
export interface Item { label: string; run(): void }

export class Frame {
  dialog: HTMLDialogElement;
  title = h("h2", { id: "title", tabindex: -1 });
  under = h("p", { class: "under" });
  faces = h("div", { class: "faces-row small" });
  main = h("div", { class: "main" });
  #menu = h("div", { class: "menu", id: "menu", hidden: true });
  #more: HTMLButtonElement;
  #close: HTMLButtonElement;

  constructor(private host: Host, private toggled: (open: boolean) => void) {
    this.#more = h("button", { type: "button", class: "plain", hidden: true, "aria-expanded": "false", "aria-controls": "menu", onclick: () => this.#openMenu(!!this.#menu.hidden) }, icon(more));
    this.#close = h("button", { type: "button", class: "plain", onclick: () => this.close() }, icon(close));
    this.dialog = h("dialog", { class: "panel", "aria-labelledby": "title", lang: host.lang },
      h("header", {}, this.faces, h("div", { class: "names" }, this.title, this.under), this.#more, this.#close, this.#menu),
      this.main);
    this.dialog.addEventListener("cancel", (e) => { e.preventDefault(); this.#escape(); });
    this.dialog.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || e.isComposing) return;
      e.preventDefault();
      e.stopPropagation();
      this.#escape();
    });
    this.dialog.addEventListener("focusin", (e) => { if (!this.#menu.contains(e.target as Node) && e.target !== this.#more) this.#openMenu(false); });
    this.dialog.addEventListener("pointerdown", (e) => {
      if (!this.#menu.hidden && !e.composedPath().includes(this.#menu) && !e.composedPath().includes(this.#more)) this.#openMenu(false);
    });
    small.addEventListener("change", () => { if (this.open) { this.#hide(); this.#show(); } });
    window.visualViewport?.addEventListener("resize", () => this.#fit());
    window.visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  get open() { return this.dialog.open; }
  get small() { return small.matches; }

  name(title: string, closeLabel: string, menuLabel: string) {
    this.title.textContent = title;
    this.#close.setAttribute("aria-label", closeLabel);
    this.#close.title = closeLabel;
    this.#more.setAttribute("aria-label", menuLabel);
    this.#more.title = menuLabel;
  }

  /** The menu; without items there is none. */
  items(list: Item[]) {
    this.#more.hidden = list.length === 0;
    this.#menu.replaceChildren(...list.map((i) => h("button", { type: "button", onclick: () => { this.#openMenu(false); this.#more.focus(); i.run(); } }, i.label)));
  }

  #openMenu(open: boolean) {
    if (this.#menu.hidden !== open) return;
    this.#menu.hidden = !open;
    this.#more.setAttribute("aria-expanded", String(open));
    if (open) this.#menu.querySelector("button")?.focus();
  }

  #escape() {
    if (this.#menu.hidden) return this.close();
    this.#openMenu(false);
    this.#more.focus();
  }

  #show() {
    if (small.matches) this.dialog.showModal();
    else this.dialog.setAttribute("open", ""); // beside the page: the focus stays where the visitor has it
    this.host.button.hidden = true;
    this.#fit();
  }

  #hide() {
    this.dialog.close();
  }

  /** The part of the screen that the keyboard of a telephone leaves free. */
  #fit() {
    const v = window.visualViewport;
    if (!v || !this.open) return;
    this.dialog.style.setProperty("--high", `${v.height}px`);
    this.dialog.style.setProperty("--from", `${small.matches ? v.offsetTop : 0}px`);
  }

  show() {
    if (this.open) return;
    this.#show();
    keepOpen(this.host.base, true);
    this.toggled(true);
  }

  close() {
    if (!this.open) return;
    const inside = this.small || this.dialog.contains(this.host.root.activeElement);
    this.#hide();
    this.host.button.hidden = false;
    if (inside) this.host.button.focus();
    keepOpen(this.host.base, false);
    this.toggled(false);
  }
}
