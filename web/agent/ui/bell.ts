import { signal } from "@preact/signals";
import { keep, kept, onKept } from "./disk.ts";

// How something new is made known when nobody looks: a short sound, and a notification of the browser. Both are a
// choice of this person on this machine.

export interface Bell { sound: boolean; notify: boolean }
const start: Bell = { sound: true, notify: false };
export const bell = signal<Bell>({ ...start, ...kept<Bell>("bell") });
onKept("bell", () => (bell.value = { ...start, ...kept<Bell>("bell") }));

export function setBell(change: Partial<Bell>): void {
  bell.value = { ...bell.value, ...change };
  keep("bell", bell.value);
}

/** Asks the browser, only because the agent turned it on. False when it says no. */
export async function askToNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}

export const mayNotify = () => "Notification" in window && Notification.permission === "granted";

let audio: AudioContext | null = null;
// A browser gives no sound before the first touch of the page.
addEventListener("pointerdown", wake, { once: true });
addEventListener("keydown", wake, { once: true });
function wake(): void {
  if ("AudioContext" in window) audio ??= new AudioContext();
}

/** Two soft notes for an offer, one for a message. With several tabs open only one of them sounds. */
export function ring(kind: "offer" | "message"): void {
  if (!bell.value.sound || !audio) return;
  const play = () => (kind === "offer" ? [659, 880] : [659]).forEach((pitch, i) => note(audio!, pitch, i * 0.16));
  if (!navigator.locks) return play();
  void navigator.locks.request("balie.bell", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    play();
    await new Promise((done) => setTimeout(done, 900));
  });
}

function note(to: AudioContext, pitch: number, after: number): void {
  void to.resume();
  const at = to.currentTime + after;
  const tone = to.createOscillator();
  const loud = to.createGain();
  tone.frequency.value = pitch;
  loud.gain.setValueAtTime(0, at);
  loud.gain.linearRampToValueAtTime(0.09, at + 0.02);
  loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.34);
  tone.connect(loud).connect(to.destination);
  tone.start(at);
  tone.stop(at + 0.36);
}

/** Only while the tab is out of sight. The same tag replaces what was shown, so that two tabs show it once. */
export function tell(title: string, body: string, tag: string, act: () => void): void {
  if (document.visibilityState === "visible" || !bell.value.notify || !mayNotify()) return;
  try {
    const shown = new Notification(title, { body, tag, silent: true });
    shown.onclick = () => {
      window.focus();
      act();
      shown.close();
    };
  } catch {
    // Some telephones show these only from a service worker; web push does that.
  }
}
