// Whoever helped this visitor before is not free: a colleague now, a call from that person, a message, or waiting on for as
// long as is said. Honest choices instead of a long wait.
import type { Asked, Queue } from "./desk.ts";
import { type Person } from "./details.ts";
import { field, fill, fresh, h, icon } from "./dom.ts";
import { newID } from "./keep.ts";
import type { Say } from "./keys.ts";
import { mailable, wrong } from "./later.ts";
import type { Talk } from "./talk.ts";
import users from "icon:users";
import hourglass from "icon:hourglass";
import phone from "icon:phone";
import mail from "icon:mail";

/** What was agreed, in words; a call is a promise. */
export type Done = (says: string, call: boolean) => void;

/** Shows the choices in a box, as long as there are any. A form that is open stays while the rest is the same. */
export function showAsked(box: HTMLElement, q: Queue | null, talk: Talk, say: Say, person: Person, done: Done) {
  const asked = q?.state === "waiting" && !talk.running?.later ? q.asked ?? null : null;
  const now = asked ? JSON.stringify({ ...asked, wait: !!asked.wait }) : "";
  if (box.dataset.now !== now) {
    const focused = box.contains((box.getRootNode() as ShadowRoot).activeElement);
    box.dataset.now = now;
    fill(box, !!asked && choices(asked, talk, say, person, done));
    if (focused) box.querySelector("button")?.focus();
  }
  const words = (where: string, text: string) => {
    const at = box.querySelector(where);
    if (at && at.textContent !== text) at.textContent = text;
  };
  if (q) words(".how-long", q.wait_text || say("wait_unknown"));
  if (asked) words(".own-wait", asked.wait);
}

/** What is said above the choices. */
function story(asked: Asked, say: Say): [title: string, about: string] {
  const name = asked.name;
  if (asked.stays) return [say("asked_stays", { name }), asked.stays];
  if (asked.over) return [say(asked.here ? "asked_over" : "asked_over_away", { name }), say("asked_over_how")];
  return [say(asked.here ? "asked_busy" : "asked_away", { name }), say("asked_how")];
}

function choices(asked: Asked, talk: Talk, say: Say, person: Person, done: Done): HTMLElement {
  const name = asked.name;
  const [heading, about] = story(asked, say);
  const title = h("h3", { id: fresh("asked") }, heading);
  const problem = h("p", { class: "wrong", role: "alert" });
  const list = h("div", { class: "choices" });
  const forms = h("div", { class: "choice-forms" });
  const run = async (choice: Record<string, unknown>, says: string) => {
    problem.textContent = "";
    for (const b of box.querySelectorAll("button")) b.disabled = true;
    try {
      await talk.post("choice", choice);
      done(says, choice.choice === "call");
    } catch (e) {
      problem.textContent = (e as Error).message || say("error");
      for (const b of box.querySelectorAll("button")) b.disabled = false;
    }
  };
  const button = (drawing: typeof users, label: string, press: () => void, more?: HTMLElement) =>
    list.append(h("button", { type: "button", onclick: press }, icon(drawing), h("span", {}, label, more)));
  const unfold = (form: HTMLElement) => {
    list.hidden = true;
    fill(forms, form);
    form.querySelector<HTMLElement>("input,textarea")?.focus();
    form.scrollIntoView({ block: "nearest" });
  };
  const back = () => h("button", { type: "button", class: "quiet", onclick: () => {
    fill(forms);
    list.hidden = false;
    list.querySelector("button")?.focus();
  } }, say("back"));

  if (asked.stays) button(users, say("ask_after_all"), () => void run({ choice: "colleague" }, ""));
  else button(users, say("ask_colleague"), () => void run({ choice: "colleague" }, ""), h("small", { class: "how-long" }));
  if (asked.wait) button(hourglass, say(asked.over ? "ask_wait_again" : "ask_wait", { name }), () => void run({ choice: "wait" }, ""), h("small", { class: "own-wait" }));
  const call = asked.call;
  if (call) button(phone, say("ask_call", { name, when: call.text }), () => unfold(callForm()));
  button(mail, say("ask_message", { name }), () => unfold(messageForm()));

  const callForm = () => {
    const number = h("input", { type: "tel", autocomplete: "tel", inputmode: "tel" });
    return h("form", { class: "fold", novalidate: true, onsubmit: (e: SubmitEvent) => {
      e.preventDefault();
      const typed = number.value.trim();
      wrong(number, typed.replace(/\D/g, "").length < 8 ? say("phone_wrong") : "");
      if (typed.replace(/\D/g, "").length < 8) return;
      void run({ choice: "call", phone: typed, at: call!.at }, say("asked_call_done", { name, when: call!.text, phone: typed }));
    } },
      h("p", {}, say("ask_call", { name, when: call!.text })), field(say("phone"), number),
      h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, say("ask_call_send")), back()));
  };
  const messageForm = () => {
    const words = h("textarea", { rows: 3, maxlength: 4000 });
    const email = h("input", { type: "email", autocomplete: "email", inputmode: "email" });
    email.value = person.email;
    const known = talk.keep.read<boolean>("asked") && !!person.email;
    const id = newID();
    return h("form", { class: "fold", novalidate: true, onsubmit: async (e: SubmitEvent) => {
      e.preventDefault();
      const address = email.value.trim();
      wrong(email, known || !address || mailable(address) ? "" : say("email_wrong"));
      if (!known && address && !mailable(address)) return;
      try {
        if (!known && address) await talk.post("details", { email: address });
      } catch (e) {
        return wrong(email, (e as Error).message || say("error"));
      }
      await run({ choice: "message", text: words.value.trim(), client_id: id }, say("asked_message_done", { name }));
    } },
      h("p", {}, say("ask_message_about", { name })), field(`${say("ask_message_more")} ${say("optional")}`, words),
      !known && field(`${say("email")} ${say("optional")}`, email),
      h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, say("ask_message_send")), back()));
  };
  const box = h("section", { class: "card own-agent", "aria-labelledby": title.id }, title, h("p", { class: "soft", role: "status" }, about), list, forms, problem);
  return box;
}
