import { signal } from "@preact/signals";

// What lies over the screen: one dialog at a time, and on narrow screens the customer's drawer.
export type Dialog = "" | "palette" | "help" | "handover" | "merge" | "snooze" | "tags" | "needs" | "limit" | "new" | "signature" | "end" | "announce" | "link";
export const dialog = signal<Dialog>("");
export const drawer = signal(false);

/** The place to type is asked for by a key; the composer listens. */
export const focusTab = signal<{ tab: string; n: number }>({ tab: "", n: 0 });
export function compose(tab: "message" | "note" | "question" | "promise" | "solution"): void {
  focusTab.value = { tab, n: focusTab.value.n + 1 };
}
