import { first } from "./first.ts";

// What must survive a reload lies in localStorage under the agent who typed it; two people at one machine stay apart.
const prefix = `balie.${first.me.org.id}.${first.me.agent.id}.`;

export function keep(name: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // A full or forbidden storage may not stop the work; the server has the draft too.
  }
}

export function kept<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(prefix + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Called when another tab of this browser changed something under the name. */
export function onKept(name: string, hear: () => void): void {
  addEventListener("storage", (e) => e.key === prefix + name && hear());
}
