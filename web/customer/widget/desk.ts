// What the desk says and is asked: the shapes of its answers, and one way to ask.
import type { Accent, Place } from "./host.ts";

export interface Way { kind: string; text: string; url: string }
export interface Slot { at: string; text: string }
export interface Welcome {
  org: { name: string; slug: string };
  accent: Accent | null;
  open: boolean;
  hours: string;
  agents: { name: string; picture: string }[];
  /** How many are there beside those who are named. */
  more?: number;
  waiting: number;
  wait_text: string;
  wait_record?: string;
  ways: Way[];
  callback: Slot[];
  notice: string;
  texts: Record<string, string>;
  limits: { file_bytes: number; message_chars: number; types: string[] };
}

export interface FileInfo { id: string; name: string; type: string; size: number }
export interface Message { seq: number; client_id: string; from: "me" | "agent" | "desk"; name: string; text: string; at: string; files: FileInfo[] | null }
export interface Card {
  seq: number; kind: string; text: string; due: string | null; due_text: string; name: string; at: string; open: boolean;
  satisfaction?: number | null; grade?: number | null;
}
export interface Queue {
  state: "waiting" | "live" | "left" | "ended"; position: number; wait_seconds: number | null; wait_text: string; name: string; asked?: Asked | null;
}
/**
 * Who helped this visitor before and is not free: the time at which this person can call, and what waiting for this person
 * means (empty: that cannot be). stays says until when the visitor does so; over that it came to nothing.
 */
export interface Asked { name: string; here: boolean; call: Slot | null; wait: string; stays: string; over: boolean }

/** A line of the conversation that lasts. */
export type Line =
  | { id: number; event: "message"; data: Message }
  | { id: number; event: "card"; data: Card }
  | { id: number; event: "joined"; data: { name: string; picture: string } }
  | { id: number; event: "left"; data: { name: string; next: string } };

/** The conversation of this visitor, kept in the browser. */
export interface Running { conversation: string; token: string; case: string; later: string }

/** What went wrong with a request: the desk's own sentence where it gave one. */
export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly after = 0) {
    super(message);
  }
  /** The desk does not know this conversation (any more). */
  get gone() { return [401, 403, 404, 410].includes(this.status); }
  /** It may go well later. */
  get passing() { return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500; }
}

const patience = 30_000;

export interface Question { method?: string; token?: string; json?: unknown; body?: FormData; keepalive?: boolean }

/** Asks the desk; an answer other than 2xx is a Refused. No cookies go along. */
export async function ask(at: Place, path: string, q: Question = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (q.token) headers.Authorization = `Bearer ${q.token}`;
  if (q.json !== undefined) headers["Content-Type"] = "application/json";
  const body = q.body ?? (q.json === undefined ? null : JSON.stringify(q.json));
  const method = q.method ?? (body ? "POST" : "GET");
  const signal = AbortSignal.timeout(q.body ? 10 * patience : patience);
  let answer: Response;
  try {
    answer = await fetch(new URL(path, at.base), { method, headers, body, signal, credentials: "omit", keepalive: q.keepalive ?? false });
  } catch {
    throw new Refused(0, "");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  throw new Refused(answer.status, said?.error?.message ?? "", Number(answer.headers.get("Retry-After")) * 1000 || 0);
}

/** Waits longer after each failure, and not all visitors at the same moment. At most half of the time after which the desk
    takes a visitor for gone: else whoever waits out a restart could be. */
export const backoff = (failures: number) => Math.min(15_000, 1000 * 2 ** failures) * (0.3 + 0.7 * Math.random());
