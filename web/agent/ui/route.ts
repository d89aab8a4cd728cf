import { signal } from "@preact/signals";
import type { View } from "./types.ts";

export const views: View[] = ["mine", "unassigned", "promises", "waiting", "snoozed", "dissatisfied", "all"];
export type Page = "inbox" | "board" | "outbox" | "queue" | "mentions" | "wall";
export interface Route { page: Page; view: View; open: string; q: string }

function read(): Route {
  const path = location.pathname.replace(/^\/desk\/?/, "");
  const ask = new URLSearchParams(location.search);
  const view = views.find((v) => v === ask.get("view")) ?? "mine";
  const page = (["board", "outbox", "mentions", "queue", "wall"] as const).find((p) => path.startsWith(p)) ?? "inbox";
  const open = /^cases\/(\d+)/.exec(path)?.[1] ?? "";
  return { page, view, open, q: ask.get("q") ?? "" };
}

/** Where the agent is. The address bar says the same, so a reload or a shared link shows the same. */
export const route = signal<Route>(read());

export function link(to: Partial<Route>): string {
  const r = { ...route.value, ...to };
  if (r.page !== "inbox") return `/desk/${r.page}`;
  const ask = new URLSearchParams();
  if (r.view !== "mine") ask.set("view", r.view);
  if (r.q) ask.set("q", r.q);
  const query = ask.toString();
  return `/desk${r.open ? `/cases/${r.open}` : ""}${query ? `?${query}` : ""}`;
}

export function go(to: Partial<Route>, replace = false): void {
  const next = { ...route.value, ...to };
  if (replace) history.replaceState(null, "", link(next));
  else history.pushState(null, "", link(next));
  route.value = next;
}

addEventListener("popstate", () => (route.value = read()));

/** Opens a link in place unless the person asked the browser for a new tab. */
export function follow(event: MouseEvent, to: Partial<Route>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(to);
}
