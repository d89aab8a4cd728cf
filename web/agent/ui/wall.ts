import { signal } from "@preact/signals";
import { get, words } from "./api.ts";
import { present } from "./clock.ts";
import { onFact, onReturn, watch } from "./live.ts";
import { route } from "./route.ts";
import type { AtDesk, CaseName } from "./chat-types.ts";
import type { BoardPromise, Named } from "./types.ts";

// Everything on the wall comes in one answer. It is asked for again when the stream says that something moved, at most
// once in two seconds, and once a minute, since deadlines come nearer and hours end without anybody doing a thing.

export interface WallWaiting { channel: string; live: boolean; count: number; since: string | null }
export interface WallTold { channel: string; told: number; within: number | null; mean_told: number | null; mean_real: number | null; left: number; silent: number }
export interface WallUnhappy { case: CaseName; customer: Named; owner: Named | null; since: string }
export interface WallArrivals { hours: { hour: number; count: number; usual: number }[]; hour: number; weeks: number; today: number; usual_by_now: number }
export interface Wall {
  at: string;
  open: boolean;
  closes_at: string | null;
  opens_at: string | null;
  waiting: WallWaiting[];
  honesty: WallTold & { least: number; most: number; channels: WallTold[] };
  promises: { due_hour: number; broken: number; list: BoardPromise[] };
  people: { available: number; busy: number; away: number; live: number; list: AtDesk[] };
  dissatisfied: { count: number; list: WallUnhappy[] };
  arrivals: WallArrivals;
  grade: number | null;
  grades: number;
  closed: number;
}

export const wall = signal<Wall | null>(null);
export const wallError = signal("");
/** When what is shown was read. */
export const readAt = signal(0);
/** Over the whole screen, without the rail. */
export const whole = signal(false);

const shown = () => route.value.page === "wall";
let asking = false;
let again = false;
let last = 0;
let soon = 0;

export async function loadWall(): Promise<void> {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  last = Date.now();
  try {
    wall.value = await get<Wall>("/wall");
    readAt.value = present();
    wallError.value = "";
  } catch (cause) {
    wallError.value = words(cause);
  } finally {
    asking = false;
    if (again) {
      again = false;
      loadSoon();
    }
  }
}

const apart = 2000;
function loadSoon(): void {
  if (soon || !shown()) return;
  soon = window.setTimeout(() => {
    soon = 0;
    if (shown()) void loadWall();
  }, Math.max(100, last + apart - Date.now()));
}

/** While the wall is shown it is kept fresh. Gives back what ends that. */
export function watchWall(): () => void {
  void loadWall();
  const each = window.setInterval(loadSoon, 60_000);
  return () => {
    clearInterval(each);
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  };
}

export function toggleWhole(): void {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  else void document.documentElement.requestFullscreen().catch(() => undefined);
}

export function startWall(): void {
  onFact((fact) => void (fact.seq && loadSoon()));
  onReturn(loadSoon);
  watch(loadSoon);
  document.addEventListener("fullscreenchange", () => (whole.value = document.fullscreenElement !== null));
}
