// Cards in the conversation: the question read back, promises, the solution and the judgement. Colours mean one thing:
// amber is a promise, green is what the visitor confirmed.
import type { Card } from "./desk.ts";
import { field, fresh, h, icon, type Kid } from "./dom.ts";
import type { Key, Say } from "./keys.ts";
import { wrong } from "./later.ts";
import { rich } from "./links.ts";
import question from "icon:message-circle-question-mark";
import clockIcon from "icon:clock";
import check from "icon:circle-check";
import pencil from "icon:pencil-line";
import badge from "icon:badge-check";
import cross from "icon:circle-x";
import star from "icon:star";
import again from "icon:corner-up-left";
import angry from "icon:angry";
import frown from "icon:frown";
import meh from "icon:meh";
import smile from "icon:smile";
import laugh from "icon:laugh";

/** Sends an answer; it throws a sentence when that failed. */
export type Answer = (answer: Record<string, unknown>) => Promise<void>;

type Shapes = typeof check;

const looks: Record<string, { tone: string; drawing: Shapes; title: Key }> = {
  read_back: { tone: "asked", drawing: question, title: "read_back" },
  confirmed: { tone: "green", drawing: check, title: "confirmed" },
  corrected: { tone: "", drawing: pencil, title: "corrected" },
  promise: { tone: "amber", drawing: clockIcon, title: "promise" },
  promise_moved: { tone: "amber", drawing: clockIcon, title: "promise_moved" },
  promise_kept: { tone: "", drawing: check, title: "promise_kept" },
  promise_withdrawn: { tone: "gone", drawing: cross, title: "promise_withdrawn" },
  solution: { tone: "asked", drawing: badge, title: "solution" },
  solved: { tone: "green", drawing: check, title: "solved" },
  not_solved: { tone: "", drawing: again, title: "not_solved" },
  feedback: { tone: "", drawing: star, title: "rate" },
};

/** The card; open = the visitor has still to answer it. */
export function card(c: Card, open: boolean, say: Say, answer: Answer): HTMLElement {
  const look = looks[c.kind] ?? { tone: "", drawing: question, title: "promise" as Key };
  const title = h("h3", { id: fresh("card") }, icon(look.drawing), h("span", {}, c.kind === "feedback" && !open ? say("rated") : say(look.title)));
  const promise = c.kind.startsWith("promise");
  const unused = c.kind === "feedback" && !open && !c.satisfaction; // asked, and answered in a later card or never
  return h("section", { class: `card ${open || !["read_back", "solution"].includes(c.kind) ? look.tone : ""}`, "aria-labelledby": title.id, hidden: unused },
    title,
    !!c.text && h("p", { class: promise ? "what" : "text" }, ...rich(c.text)),
    promise && !!c.due_text && h("p", { class: "due" }, c.due_text),
    ...parts(c, open, say, answer));
}

function parts(c: Card, open: boolean, say: Say, answer: Answer): Kid[] {
  if (open && c.kind === "read_back") {
    return [yesNo(say, answer, "read_back", ["read_back_yes", "read_back_no", "read_back_why"])];
  }
  if (open && c.kind === "solution") {
    return [h("p", { class: "ask" }, say("solution_ask")), yesNo(say, answer, "solution", ["solution_yes", "solution_no", "solution_why"])];
  }
  if (c.kind !== "feedback") return [];
  if (open) return [judge(say, answer)];
  return [h("p", { class: "text" }, [c.satisfaction ? say(`face_${c.satisfaction}` as Key) : "", c.grade ? String(c.grade) : ""].filter(Boolean).join(" · ")),
    h("p", { class: "soft" }, say("rate_thanks"))];
}

/** Runs an answer while the buttons wait, and tells when it failed. */
function trying(box: HTMLElement, say: Say, run: () => Promise<void>) {
  const buttons = [...box.querySelectorAll("button")];
  for (const b of buttons) b.disabled = true;
  box.querySelector(".wrong.whole")?.remove();
  run().catch((e: Error) => {
    box.append(h("p", { class: "wrong whole", role: "alert" }, e.message || say("error")));
    for (const b of buttons) b.disabled = false;
  });
}

function yesNo(say: Say, answer: Answer, kind: string, [yes, no, why]: [Key, Key, Key]): HTMLElement {
  const words = h("textarea", { rows: 3, maxlength: 4000 });
  const fold = h("form", { class: "fold", hidden: true, novalidate: true },
    field(say(why), words),
    h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, say("answer_send")),
      h("button", { type: "button", class: "quiet", onclick: () => show(false) }, say("back"))));
  const deny = h("button", { type: "button", onclick: () => show(true) }, say(no));
  const row = h("div", { class: "actions" },
    h("button", { type: "button", class: "primary", onclick: () => trying(box, say, () => answer({ card: kind, answer: "yes" })) }, say(yes)), deny);
  const show = (open: boolean) => {
    fold.hidden = !open;
    row.hidden = open;
    (open ? words : deny).focus();
    box.scrollIntoView({ block: "nearest" });
  };
  fold.addEventListener("submit", (e) => {
    e.preventDefault();
    wrong(words, words.value.trim() ? "" : say("why_missing"));
    if (words.value.trim()) trying(box, say, () => answer({ card: kind, answer: "no", text: words.value.trim() }));
  });
  const box = h("div", { class: "answer" }, row, fold);
  return box;
}

const faces: Shapes[] = [angry, frown, meh, smile, laugh];

function judge(say: Say, answer: Answer): HTMLElement {
  const chosen: Record<string, number> = {};
  const group = (name: string, from: number, to: number, kid: (n: number) => Kid[]) => {
    const own = fresh(name);
    const row = h("div", { class: "row" });
    for (let n = from; n <= to; n++) {
      row.append(h("label", {}, h("input", { type: "radio", name: own, value: n, onchange: () => { chosen[name] = n; wrong(first, ""); } }), ...kid(n)));
    }
    return row;
  };
  const ends = (low: Key, high: Key) => h("p", { class: "ends", "aria-hidden": "true" }, h("span", {}, say(low)), h("span", {}, say(high)));
  const satisfaction = group("satisfaction", 1, 5, (n) => [icon(faces[n - 1]!), h("span", {}, say(`face_${n}` as Key))]);
  const first = satisfaction.querySelector("input")!;
  const comment = h("textarea", { rows: 2, maxlength: 4000 });
  const number = (n: number) => [h("span", {}, String(n))];
  const box: HTMLElement = h("form", {
    class: "judge", novalidate: true, onsubmit: (e: SubmitEvent) => {
      e.preventDefault();
      wrong(first, chosen.satisfaction ? "" : say("rate_pick"));
      if (chosen.satisfaction) trying(box, say, () => answer({ card: "feedback", ...chosen, text: comment.value.trim() }));
    },
  },
    h("fieldset", { class: "faces field" }, h("legend", { class: "sr" }, say("rate")), satisfaction),
    h("fieldset", { class: "grades" }, h("legend", {}, say("grade")), group("grade", 1, 10, number), ends("grade_low", "grade_high")),
    h("details", {}, h("summary", {}, say("rate_more")),
      h("fieldset", { class: "grades" }, h("legend", {}, say("recommend")), group("recommend", 0, 10, number), ends("recommend_low", "recommend_high")),
      field(say("comment"), comment)),
    h("button", { type: "submit", class: "primary" }, say("rate_send")));
  return box;
}
