import { signal } from "@preact/signals";

// The time as the server has it, and a beat each second that runs only while something on the screen counts.

let ahead = 0;

/** Every answer says what time it is at the server: a wrong clock on this machine may not make a wait longer. */
export function serverSays(date: string | null): void {
  const at = date ? Date.parse(date) : NaN;
  if (Number.isNaN(at)) return;
  const differs = at + 500 - Date.now();
  ahead = Math.abs(differs) < 2500 ? 0 : differs;
}

export const present = () => Date.now() + ahead;

let timer = 0;
const beat = signal(0, {
  watched: () => void (timer = window.setInterval(() => beat.value++, 1000)),
  unwatched: () => clearInterval(timer),
});

/** Milliseconds since the moment. Who reads it in a component is drawn again each second, and nobody else. */
export function since(at: string): number {
  void beat.value;
  return Math.max(0, present() - Date.parse(at));
}

/** Milliseconds until the moment, zero when it passed. */
export function until(at: string): number {
  void beat.value;
  return Math.max(0, Date.parse(at) - present());
}

/** 0:08, 12:40, 1:02:03 */
export function minutes(milliseconds: number): string {
  const all = Math.floor(milliseconds / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const rest = `${Math.floor(all / 60) % 60}:${two(all % 60)}`;
  return all < 3600 ? rest : `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}
