// What a visitor sees before the first message: who is there, how long it takes, and the other ways.
import type { Welcome, Way } from "./desk.ts";
import { h, icon } from "./dom.ts";
import { face } from "./face.ts";
import type { Host } from "./host.ts";
import type { Say } from "./keys.ts";
import { link } from "./links.ts";
import { names } from "./when.ts";
import users from "icon:users";
import clock from "icon:clock";
import info from "icon:megaphone";
import mail from "icon:mail";
import form from "icon:clipboard-list";
import phone from "icon:phone";
import globe from "icon:globe";
import calendar from "icon:calendar";

/** Somebody can answer now. */
export const reachable = (w: Welcome) => w.open && w.agents.length > 0;

/** More than these are a crowd, not people. */
const mostFaces = 4;

/** Who is there and how long it takes. */
export function who(host: Host, w: Welcome, say: Say): HTMLElement {
  const there = reachable(w);
  const shown = w.agents.slice(0, mostFaces);
  const others = w.agents.length - shown.length + (w.more ?? 0);
  const more = others === 1 ? say("others_one") : say("others_many", { count: others });
  const list = names([...shown.map((a) => a.name), ...(others ? [more] : [])], host.lang);
  const here = shown.length === 1 && !others ? say("here_one", { names: list }) : say("here_many", { names: list });
  const line = (drawing: SVGElement, text: string) => text && h("p", { class: "fact" }, drawing, h("span", {}, text));
  return h("div", { class: "who" },
    there && h("div", { class: "faces-row" }, ...shown.map((a) => face(a.name, a.picture, host.base)),
      others > 0 && h("span", { class: "face others", "aria-hidden": "true" }, `+${Math.min(others, 99)}`)),
    h("p", { class: "here" }, there ? here : w.open ? say("nobody") : say("closed")),
    there && line(icon(clock), w.wait_text),
    there && !!w.wait_record && h("p", { class: "record" }, w.wait_record),
    there && w.waiting > 0 && line(icon(users), w.waiting === 1 ? say("waiting_one") : say("waiting_many", { count: w.waiting })),
    line(icon(calendar), w.hours));
}

export function notice(text: string | null): HTMLElement | false {
  return !!text && h("p", { class: "notice" }, icon(info), h("span", {}, text));
}

const drawings = { mail, form, phone } as Record<string, typeof mail>;

/** The other ways to reach a human. */
export function ways(list: Way[], say: Say): HTMLElement | false {
  if (!list.length) return false;
  return h("section", { class: "ways", "aria-label": say("other_ways") },
    h("h3", {}, say("other_ways")),
    h("ul", {}, ...list.map((w) => {
      const a = link(w.text, w.url, w.kind === "phone" ? { target: "_self" } : {});
      a.prepend(icon(drawings[w.kind] ?? globe));
      return h("li", {}, a);
    })));
}
