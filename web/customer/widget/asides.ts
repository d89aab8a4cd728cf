// The small questions under the conversation, one at a time, and how each ended.
import { ways } from "./before.ts";
import type { Welcome } from "./desk.ts";
import { mailToo, type Person } from "./details.ts";
import { fill, h } from "./dom.ts";
import type { Say } from "./keys.ts";
import type { Talk } from "./talk.ts";

export class Asides {
  element = h("div", { class: "asides" });

  /** ended is called when a question was answered or taken away by hand. */
  constructor(private talk: Talk, private say: Say, private ended: () => void) {}

  show(form: HTMLElement, name = "") {
    if (name) form.classList.add(name);
    fill(this.element, form);
  }

  /** Says how a small question ended. */
  told(says: string) {
    fill(this.element, !!says && h("p", { class: "event", role: "status" }, says));
    this.ended();
  }

  /** Shows the other ways to reach us, or takes them away. True when they are shown now. */
  ways(list: Welcome["ways"]): boolean {
    const shown = this.element.querySelector(".ways");
    if (shown) shown.remove();
    else this.element.append(...[ways(list, this.say)].filter((e) => !!e));
    return !shown;
  }

  /** Asks whether the answer should come by mail too, unless there is something else to choose. */
  offerMail(person: Person, choosing: boolean) {
    const { keep, queue, running } = this.talk;
    const wanted = running && !running.later && !keep.read("asked") && (queue?.state === "waiting" || queue?.state === "live") && !choosing;
    const there = this.element.querySelector(".mail-too");
    if (!wanted) return there && !keep.read("asked") ? there.remove() : undefined;
    if (there || this.element.childElementCount) return;
    this.show(mailToo(this.talk, this.say, person, (says) => { keep.write("asked", true); this.told(says); }), "mail-too");
  }

  /** Who goes on talking with somebody who answers does not want the small question: it goes by itself. */
  goneOn() {
    const offer = this.element.querySelector(".mail-too");
    const answered = this.talk.queue?.state === "live" && this.talk.lines.some((l) => l.event === "message" && l.data.from === "agent");
    if (!offer || !answered || !offer.querySelector(".fold[hidden]")) return;
    this.talk.keep.write("asked", true);
    offer.remove();
  }
}
