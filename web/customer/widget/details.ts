// Small questions that come up beside the conversation: the answer by mail too, the conversation by mail, the end.
import { Refused } from "./desk.ts";
import { field, h } from "./dom.ts";
import type { Say } from "./keys.ts";
import { mailable, wrong } from "./later.ts";
import type { Talk } from "./talk.ts";

export interface Person { name: string; email: string }

/** Name and address out of the site's signed text, only to fill in fields: the desk checks the signature. */
export function signed(identity: string): Person {
  try {
    const part = identity.split(".")[0]!.replace(/-/g, "+").replace(/_/g, "/");
    const said = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0))));
    return { name: String(said.name ?? ""), email: String(said.email ?? "") };
  } catch {
    return { name: "", email: "" };
  }
}

const told = (e: unknown, say: Say) => (e instanceof Refused && e.message) || say("error");

/** One calm line after the first message. done gets what to say when it is answered; "" takes it away. */
export function mailToo(talk: Talk, say: Say, person: Person, done: (says: string) => void): HTMLElement {
  const name = h("input", { type: "text", autocomplete: "name" });
  const email = h("input", { type: "email", autocomplete: "email", inputmode: "email" });
  name.value = person.name;
  email.value = person.email;
  const no = () => h("button", { type: "button", class: "quiet", onclick: () => done("") }, say("mail_no"));
  const fold = h("div", { class: "fold", hidden: true },
    h("div", { class: "pair" }, field(say("email"), email), field(`${say("name")} ${say("optional")}`, name)),
    h("div", { class: "actions" }, h("button", { type: "submit" }, say("mail_save")), no()));
  const first = h("div", { class: "actions" }, h("button", { type: "button", onclick: () => {
    first.hidden = true;
    fold.hidden = false;
    email.focus();
  } }, say("mail_yes")), no());
  return h("form", {
    class: "aside", novalidate: true, onsubmit: async (e: SubmitEvent) => {
      e.preventDefault();
      const address = email.value.trim();
      wrong(email, mailable(address) ? "" : say("email_wrong"));
      if (!mailable(address)) return;
      try {
        await talk.post("details", { name: name.value.trim(), email: address });
        talk.keep.write("person", { name: name.value.trim(), email: address });
        done(say("mail_set", { email: address }));
      } catch (e) {
        wrong(email, told(e, say));
      }
    },
  },
    h("p", { class: "ask" }, say("mail_too")), first, fold);
}

/** The conversation by mail. */
export function transcript(talk: Talk, say: Say, person: Person, done: (says: string) => void): HTMLElement {
  const email = h("input", { type: "email", autocomplete: "email", inputmode: "email" });
  email.value = person.email;
  return h("form", {
    class: "aside", novalidate: true, onsubmit: async (e: SubmitEvent) => {
      e.preventDefault();
      const address = email.value.trim();
      wrong(email, mailable(address) ? "" : say("email_wrong"));
      if (!mailable(address)) return;
      try {
        await talk.post("transcript", { email: address });
        done(say("transcript_sent", { email: address }));
      } catch (e) {
        wrong(email, told(e, say));
      }
    },
  },
    h("p", { class: "ask" }, say("transcript")), field(say("email"), email),
    h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, say("transcript_send")),
      h("button", { type: "button", class: "quiet", onclick: () => done("") }, say("back"))));
}

/** The end of the conversation, asked once more. */
export function endSure(talk: Talk, say: Say, done: (says: string) => void): HTMLElement {
  const box: HTMLElement = h("div", { class: "aside field", role: "group", "aria-label": say("end_sure") },
    h("p", { class: "ask" }, say("end_sure")),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: async (e: MouseEvent) => {
        try {
          await talk.post("end", {});
          done("");
        } catch (err) {
          wrong(e.target as HTMLElement, told(err, say));
        }
      } }, say("end_yes")),
      h("button", { type: "button", class: "quiet", onclick: () => done("") }, say("end_no"))));
  return box;
}
