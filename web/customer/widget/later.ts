// Nobody is there: the visitor chooses an answer by mail or a time at which we call. Only here an address is needed.
import type { Slot, Welcome } from "./desk.ts";
import { field, fill, fresh, h, save } from "./dom.ts";
import type { Say } from "./keys.ts";
import type { Talk } from "./talk.ts";

export interface Later { text: string; later: Record<string, string>; name: string; email: string; done: string }

export interface Known { name: string; email: string; text: string; phone?: string; call?: boolean }

/** True for what can be an address; the desk decides. */
export const mailable = (s: string) => /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(s);

/** Tells beside a field what is wrong with it, and puts the focus there. */
export function wrong(control: HTMLElement, text: string) {
  const box = control.closest(".field") ?? control.parentElement!;
  box.querySelector(".wrong")?.remove();
  if (!text) {
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
    return;
  }
  const says = h("p", { class: "wrong", id: fresh("wrong") }, text);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", says.id);
  box.append(says);
  control.focus();
}

/** Fills the list of times at which we can call; the one that was chosen stays while it is there. */
export function times(list: HTMLSelectElement, slots: Slot[]) {
  const chosen = list.value;
  if ([...list.options].map((o) => o.value).join() === slots.map((s) => s.at).join()) return;
  fill(list, ...slots.map((s) => h("option", { value: s.at, selected: s.at === chosen }, s.text)));
}

export function laterForm(w: Welcome, say: Say, known: Known, send: (l: Later) => void, typed: (text: string) => void): HTMLElement {
  const text = h("textarea", { rows: 3, maxlength: w.limits.message_chars, oninput: () => typed(text.value) });
  text.value = known.text;
  const email = h("input", { type: "email", autocomplete: "email", inputmode: "email" });
  email.value = known.email;
  const phone = h("input", { type: "tel", autocomplete: "tel", inputmode: "tel" });
  phone.value = known.phone ?? "";
  const when = h("select", { class: "times" });
  times(when, w.callback);
  const submit = h("button", { type: "submit", class: "primary" });
  const byMail = h("div", { class: "choice-part" }, field(say("email"), email));
  const byPhone = h("div", { class: "choice-part" }, field(say("later_when"), when), field(say("phone"), phone));
  let call = !!known.call && w.callback.length > 0;
  const choose = (to: boolean) => {
    call = to;
    byMail.hidden = call;
    byPhone.hidden = !call;
    submit.textContent = say(call ? "later_send_call" : "later_send_mail");
  };
  const group = fresh("how");
  const radio = (label: string, to: boolean) => h("label", { class: "pick" },
    h("input", { type: "radio", name: group, checked: to === call, onchange: () => choose(to) }), h("span", {}, label));
  choose(call);
  return h("form", {
    class: "later", novalidate: true, onsubmit: (e: SubmitEvent) => {
      e.preventDefault();
      for (const c of [text, email, phone]) wrong(c, "");
      if (!text.value.trim()) return wrong(text, say("text_missing"));
      if (!call && !mailable(email.value.trim())) return wrong(email, say("email_wrong"));
      if (call && phone.value.replace(/\D/g, "").length < 8) return wrong(phone, say("phone_wrong"));
      const says = when.selectedOptions[0]?.textContent ?? "";
      send({
        text: text.value.trim(), name: known.name, email: call ? known.email : email.value.trim(),
        later: call ? { kind: "callback", phone: phone.value.trim(), at: when.value } : { kind: "mail", email: email.value.trim() },
        done: call ? say("later_call_done", { when: says, phone: phone.value.trim() }) : say("later_mail_done", { email: email.value.trim() }),
      });
    },
  },
    h("p", { class: "about" }, say("later_about")),
    field(say("ask_label"), text),
    w.callback.length > 0 && h("fieldset", { class: "picks" }, h("legend", {}, say("later_how")), radio(say("later_mail"), false), radio(say("later_call"), true)),
    byMail, byPhone, submit);
}

/** What was agreed, to put in a calendar. */
export function toCalendar(talk: Talk, say: Say): HTMLElement {
  const problem = h("span", { class: "wrong", role: "alert" });
  const get = () => {
    problem.textContent = "";
    talk.calendar().then((file) => save(file, "balie.ics"), (e: Error) => { problem.textContent = e.message || say("error"); });
  };
  return h("p", {}, h("button", { type: "button", class: "link", onclick: get }, say("calendar")), problem);
}
