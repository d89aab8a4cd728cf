// The part that scrolls. Who read the last line goes on seeing the last line; who went back is told of what came below.
import { fill, h, icon } from "./dom.ts";
import down from "icon:chevron-down";

export class Reading {
  body = h("div", { class: "body", tabindex: -1 });
  inside = h("div", { class: "inside" });
  below = h("button", { type: "button", class: "below", hidden: true });
  /** A conversation is read from its end, anything else from its beginning. */
  talk = false;
  #stuck = true;

  /** atEnd is called whenever the end comes into sight. */
  constructor(atEnd: () => void) {
    this.below.addEventListener("click", () => this.bottom());
    this.body.addEventListener("scroll", () => {
      this.#stuck = this.atBottom;
      if (this.#stuck) { this.below.hidden = true; atEnd(); }
    });
    // A picture that comes in, a keyboard that slides up: who read the last line goes on seeing it.
    const grown = new ResizeObserver(() => { if (this.#stuck) this.bottom(); });
    grown.observe(this.body);
    grown.observe(this.inside);
  }

  /** Says what the button to the newest line is called. */
  name(newest: string) { fill(this.below, icon(down), newest); }

  get atBottom(): boolean { return this.body.scrollHeight - this.body.scrollTop - this.body.clientHeight < 80; }

  bottom() {
    if (this.talk) this.body.scrollTop = this.body.scrollHeight;
    this.#stuck = true;
    this.below.hidden = true;
  }

  /** Shows what came last; of a card that is taller than the screen the beginning. */
  reveal(last?: HTMLElement) {
    this.bottom();
    const over = last ? this.body.getBoundingClientRect().top + 12 - last.getBoundingClientRect().top : 0;
    if (over <= 0) return;
    this.body.scrollTop -= over;
    this.#stuck = this.atBottom;
  }

  /** Tells of something new below, unless it is followed or can be seen already. */
  tell(last: HTMLElement | undefined, follow: boolean) {
    const end = last?.getBoundingClientRect().top ?? 0;
    this.below.hidden = follow || end < this.body.getBoundingClientRect().bottom - 40;
  }
}
