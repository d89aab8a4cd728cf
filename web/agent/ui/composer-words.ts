import { firstName, mode } from "./contact.ts";
import type { Tab } from "./drafts.ts";
import { known, t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";

// What the field says about itself: in a chat a line goes at once with Enter, in a mail it waits for Ctrl Enter.

type Field = Exclude<Tab, "promise">;

export const tabName = (tab: Tab, c: CaseDetail): string => (tab === "note" && mode(c) === "live" ? t("chat.whisper_tab") : t(`compose.${tab}`));

export const sendName = (tab: Field, c: CaseDetail): string => (tab === "note" && mode(c) === "live" ? t("chat.whisper_tab") : t(`compose.${tab}_send`));

export function hint(tab: Field, c: CaseDetail): string {
  const mail = t(`compose.${tab}_hint`);
  return withEnter(c) ? known(`chat.${tab}_hint`, mail) : mail;
}

export function says(tab: Field, c: CaseDetail): string {
  const how = mode(c);
  if (tab !== "message" || (how === "mail" && c.customer.email)) return tab === "note" && how === "live" ? t("chat.note_says") : t(`compose.${tab}_says`, { email: c.customer.email });
  if (how === "live") return t("chat.message_says", { name: firstName(c) });
  return c.customer.email ? t("compose.message_says", { email: c.customer.email }) : t("chat.kept_says", { name: firstName(c) });
}

/** In a live chat Enter sends; Shift Enter makes a new line. Ctrl Enter sends always. */
export function sends(e: KeyboardEvent, c: CaseDetail): boolean {
  if (e.key !== "Enter" || e.isComposing || e.shiftKey || e.altKey) return false;
  return e.ctrlKey || e.metaKey || (withEnter(c) && !e.repeat);
}

/** A telephone's keyboard has no Shift Enter, so there Enter stays a new line and the button sends. */
const withEnter = (c: CaseDetail): boolean => mode(c) === "live" && !matchMedia("(pointer: coarse)").matches;

export const sendKey = (c: CaseDetail): string => (withEnter(c) ? "Enter" : "Ctrl Enter");
