// What the widget keeps in the visitor's browser, so that a closed tab loses nothing. Where the browser keeps nothing,
// it lasts as long as the page.
import { place } from "./host.ts";

export interface Keep {
  read<T>(name: string): T | null;
  write(name: string, value: unknown): void;
  /** Calls back when another tab changed something. */
  watch(changed: (name: string) => void): void;
}

export function keep(base: URL): Keep {
  const memory = new Map<string, string>();
  const prefix = place(base, "");
  const area = (): Storage | null => {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  };
  return {
    read<T>(name: string): T | null {
      try {
        return JSON.parse(memory.get(name) ?? area()?.getItem(prefix + name) ?? "null") as T | null;
      } catch {
        return null;
      }
    },
    write(name, value) {
      const text = JSON.stringify(value ?? null);
      try {
        if (text === "null") area()?.removeItem(prefix + name);
        else area()!.setItem(prefix + name, text);
        memory.delete(name);
      } catch {
        memory.set(name, text); // full or forbidden
      }
    },
    watch(changed) {
      window.addEventListener("storage", (e) => {
        if (e.key?.startsWith(prefix)) changed(e.key.slice(prefix.length));
      });
    },
  };
}

/** Whether the panel is open in this tab, for when the page is loaded again. */
export function keepOpen(base: URL, open: boolean) {
  try {
    sessionStorage.setItem(place(base, "open"), JSON.stringify(open));
  } catch {
    // it stays closed on the next page
  }
}

/** An id that nobody else makes, also on a page without https, where randomUUID is missing. */
export function newID(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
