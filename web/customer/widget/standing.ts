// Where the visitor stands: what was agreed, and the place in line with an honest wait.
import { notice } from "./before.ts";
import { fill, h, icon } from "./dom.ts";
import type { Say } from "./keys.ts";
import { toCalendar } from "./later.ts";
import type { Talk } from "./talk.ts";
import clock from "icon:clock";
import check from "icon:circle-check";

export class Standing {
  top = h("div", { class: "top" });
  wait = h("div", { class: "wait", role: "status" });

  constructor(private talk: Talk, private say: Say) {}

  update() {
    this.#agreed();
    this.#waiting();
  }

  /** What was agreed when nobody was there, under what everybody should know. */
  #agreed() {
    const { keep, lost, running } = this.talk;
    const done = running?.later ? keep.read<{ says: string; call: boolean }>("later") : null;
    const notes = lost ? "" : this.talk.notice ?? "";
    const now = (done ? done.says + running!.case : "") + notes;
    if (this.top.dataset.says === now && this.top.childElementCount) return;
    this.top.dataset.says = now;
    fill(this.top, notice(notes),
      !!done && h("section", { class: `card ${done.call ? "amber" : ""}`, role: "status" },
        h("h3", {}, icon(done.call ? clock : check), h("span", {}, done.says)),
        !!running!.case && h("p", { class: "soft" }, this.say("later_case", { number: running!.case })),
        done.call && toCalendar(this.talk, this.say)));
  }

  /** Position and honest wait, told anew only when it changed. */
  #waiting() {
    const says = this.#line();
    const all = says.join("|");
    if (this.wait.dataset.says === all) return;
    this.wait.dataset.says = all;
    this.wait.classList.toggle("over", says.length === 1);
    fill(this.wait, ...says.map((s, i) => h("p", { class: i === 0 ? "first" : "" }, s)));
  }

  #line(): string[] {
    const { queue: q, running, out } = this.talk;
    if (!q || running?.later || out.all().some((p) => !!p.refused && !running)) return [];
    if (q.state === "ended") return [this.say("ended")];
    if (q.state !== "waiting") return [];
    const place = q.position <= 1 ? this.say("position_first") : this.say("position", { position: q.position });
    return [place, q.asked?.stays ? "" : q.wait_text || this.say("wait_unknown"), this.say("wait_keep")].filter(Boolean);
  }
}
