import { signal } from "@preact/signals";

// Short messages: what was just done or refused. They are also read aloud.
export interface Notice { id: number; text: string; tone: "" | "red" }
export const notices = signal<Notice[]>([]);
let last = 0;

export function say(text: string, tone: "" | "red" = ""): void {
  const id = ++last;
  notices.value = [...notices.value.slice(-2), { id, text, tone }];
  setTimeout(() => hush(id), tone ? 9000 : 4000);
}

export function hush(id: number): void {
  notices.value = notices.value.filter((n) => n.id !== id);
}

/** Read aloud only: what changed on the screen by itself. */
export const spoken = signal("");
