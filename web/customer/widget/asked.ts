// Whoever helped this visitor before is not free: a colleague now, a call from that person, or a message. Three honest
// choices instead of a long wait.
import type { Asked, Queue } from "./desk.ts";
import { type Person } from "./details.ts";
import { field, fill, fresh, h, icon } from "./dom.ts";
import { newID } from "./keep.ts";
import type { Say } from "./keys.ts";
import { mailable, wrong } from "./later.ts";
import type { Talk } from "./talk.ts";
import users from "icon:users";
import phone from "icon:phone";
import mail from "icon:mail";

/** What was agreed, in words; a call is a promise. */
export type Done = (says: string, call: boolean) => void;

/** Shows the choices in a box, as long as there are any. A form that is open stays while the rest is the same. */
export function showAsked(box: HTMLElement, q: Queue | null, talk: Talk, say: Say, person: Person, done: Done) {
  const asked = q?.state === "waiting" && !talk.running?.later ? q.asked ?? null : null;
  const now = asked ? JSON.stringify(asked) : "";
  if (box.dataset.now !== now) {
    box.dataset.now = now;
    fill(box, !!asked && choices(asked, talk, say, person, done));
  }
  const wait = box.querySelector(".how-long");
  if (wait && q) wait.textContent = q.wait_text || say("wait_unknown");
}

function choices(asked: Asked, talk: Talk, say: Say, person: Person, done: Done): HTMLElement {
  const name = asked.name;
  const title = h("h3", { id: fresh("asked") }, say(asked.here ? "asked_busy" : "asked_away", { name }));
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

  button(users, say("ask_colleague"), () => void run({ choice: "colleague" }, ""), h("small", { class: "how-long" }));
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
  const box = h("section", { class: "card own-agent", "aria-labelledby": title.id }, title, h("p", { class: "soft" }, say("asked_how")), list, forms, problem);
  return box;
}
