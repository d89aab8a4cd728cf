import { batch, computed, effect, signal } from "@preact/signals";
import { get, words } from "./api.ts";
import { first } from "./first.ts";
import { onFact, onReturn } from "./live.ts";
import { me, refreshMe } from "./me.ts";
import { route } from "./route.ts";
import type { CaseRow, View } from "./types.ts";

// The list of cases in view: pages by key, newest page refreshed when something happens.

export const rows = signal<CaseRow[]>(first.cases ?? []);
export const next = signal(first.next ?? "");
export const listState = signal<"ready" | "loading" | "failed">("ready");
export const listError = signal("");
export const loadingMore = signal(false);
/** The row under the keyboard, which is not always the case that is open. */
export const cursor = signal("");

const wanted = computed(() => ({ view: route.value.view, q: route.value.q }));
let shown = { view: "mine" as View, q: "" };
let asking: AbortController | null = null;

interface Page { cases: CaseRow[]; next: string }

function path(from = ""): string {
  const ask = new URLSearchParams({ view: shown.view });
  if (shown.q) ask.set("q", shown.q);
  if (from) ask.set("cursor", from);
  return `/cases?${ask}`;
}

export async function loadList(): Promise<void> {
  asking?.abort();
  const mine = (asking = new AbortController());
  const slow = setTimeout(() => {
    if (!mine.signal.aborted) batch(() => ((rows.value = []), (listState.value = "loading")));
  }, 120);
  try {
    const page = await get<Page>(path(), mine.signal);
    batch(() => {
      rows.value = page.cases;
      next.value = page.next;
      listState.value = "ready";
      if (!page.cases.some((c) => c.id === cursor.value)) cursor.value = page.cases[0]?.id ?? "";
    });
  } catch (cause) {
    if (mine.signal.aborted) return;
    batch(() => {
      rows.value = [];
      next.value = "";
      listError.value = words(cause);
      listState.value = "failed";
    });
  } finally {
    clearTimeout(slow);
  }
}

export async function loadMore(): Promise<void> {
  if (!next.value || loadingMore.value || listState.value !== "ready") return;
  loadingMore.value = true;
  const from = next.value;
  const about = asking;
  try {
    const page = await get<Page>(path(from));
    if (about !== asking || from !== next.value) return;
    const there = new Set(rows.value.map((c) => c.id));
    batch(() => {
      rows.value = [...rows.value, ...page.cases.filter((c) => !there.has(c.id))];
      next.value = page.next;
    });
  } catch {
    // The button to ask again stays where it is.
  } finally {
    loadingMore.value = false;
  }
}

/** Asks for the first page again and lays it over what is shown; pages that were scrolled to stay. */
async function refresh(): Promise<void> {
  if (listState.value !== "ready") return loadList();
  const about = asking;
  const page = await get<Page>(path());
  if (about !== asking) return;
  const fresh = new Set(page.cases.map((c) => c.id));
  const deeper = page.next ? rows.value.slice(page.cases.length).filter((c) => !fresh.has(c.id) && !touched.has(c.id)) : [];
  touched.clear();
  batch(() => {
    rows.value = [...page.cases, ...deeper];
    // A list without a mark cannot be entered by key.
    if (!route.value.open && !rows.value.some((c) => c.id === cursor.value)) cursor.value = rows.value[0]?.id ?? "";
    if (!deeper.length) next.value = page.next;
  });
}

/** Puts a newer row over the one in the list, for instance after our own action. */
export function renew(row: CaseRow): void {
  rows.value = rows.value.map((c) => (c.id === row.id ? { ...c, ...pick(row, c) } : c));
}

function pick(row: CaseRow, like: CaseRow): CaseRow {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(like)) out[key] = (row as unknown as Record<string, unknown>)[key];
  return out as unknown as CaseRow;
}

export function markSeen(id: string): void {
  rows.value = rows.value.map((c) => (c.id === id ? { ...c, unread: false } : c));
}

const touched = new Set<string>();
let soon = 0;
export function refreshSoon(id?: string): void {
  if (id) touched.add(id);
  if (soon) return;
  soon = window.setTimeout(() => {
    soon = 0;
    void Promise.all([refresh(), refreshMe()]).catch(() => undefined);
  }, 350);
}

export function startInbox(): void {
  cursor.value = route.value.open || (rows.value[0]?.id ?? "");
  let once = route.value.view === "mine" && route.value.q === "" && first.cases !== undefined;
  if (!once) batch(() => ((rows.value = []), (next.value = ""), (listState.value = "loading")));
  effect(() => {
    const to = wanted.value;
    shown = to;
    if (once) once = false;
    else void loadList();
  });
  onFact((fact) => {
    if (fact.case && fact.seq) refreshSoon(fact.case);
  });
  onReturn(() => refreshSoon());
}

/** Moves the cursor through the list and gives the row it came to. */
export function step(by: 1 | -1): CaseRow | undefined {
  const at = rows.value.findIndex((c) => c.id === cursor.value);
  const to = rows.value[Math.max(0, Math.min(rows.value.length - 1, at < 0 ? 0 : at + by))];
  if (to) cursor.value = to.id;
  if (at + by >= rows.value.length - 5) void loadMore();
  return to;
}

export const myID = computed(() => me.value.agent.id);
