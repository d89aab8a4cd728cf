// The shapes of API v1 as the workspace reads them; those of live chat are in chat-types.
import type { Contact, Presence } from "./chat-types.ts";

export interface Named { id: string; name: string }
export type Role = "agent" | "lead" | "admin";
export type View = "mine" | "unassigned" | "promises" | "waiting" | "snoozed" | "dissatisfied" | "all";
export type Counts = Partial<Record<View | "offers" | "chats" | "mentions", number>>;

export interface Me {
  agent: Named & { email: string; role: Role; locale: string; signature: string; picture?: string };
  org: Named & { slug: string; locale: string; timezone: string };
  counts: Counts;
  presence?: Presence;
}

export interface CaseRow {
  id: string;
  number: string;
  subject: string;
  status: "new" | "open" | "proposed" | "closed";
  closed_by: "" | "customer" | "silence";
  channel: string;
  preview: string;
  customer: Named & { email: string };
  owner: Named | null;
  department: Named | null;
  question: { text: string; confirmed: boolean; asked_at: string | null; confirmed_at: string | null } | null;
  created_at: string;
  updated_at: string;
  waiting_since: string | null;
  waiting_on: "us" | "customer" | "nobody";
  answer_due: string | null;
  next_promise: { id: string; text: string; due: string } | null;
  snoozed_until: string | null;
  tags: string[];
  unread: boolean;
  dissatisfied: boolean;
  seq: string | number;
}

export interface FileRef { id: string; name: string; type: string; size: number }
export interface Actor { kind: "customer" | "agent" | "system" | "rule"; id: string; name: string }

export interface Entry {
  id: string;
  seq: string | number;
  kind: string;
  at: string;
  actor: Actor;
  text: string;
  quoted: string;
  html: boolean;
  raw?: boolean;
  files: FileRef[] | null;
  delivery: { state: string; reason: string } | null;
  mentions: string[] | null;
  private: boolean;
  data: Record<string, unknown> | null;
}

export interface PromiseMade {
  id: string;
  text: string;
  due: string;
  status: "open" | "kept" | "broken" | "withdrawn";
  owner: Named | null;
  made_at: string;
  kept_at: string | null;
  moved_from: string | null;
  call_at: string | null;
}

export interface Feedback { satisfaction: number; grade: number | null; recommend: number | null; text: string; at: string; solved: boolean }
export interface Known { field: string; label: string; value: string; source: string; at: string }
export interface Viewer extends Named { typing: boolean }

export interface CaseDetail extends CaseRow {
  timeline: Entry[];
  promises: PromiseMade[];
  feedback: Feedback[];
  known: Known[];
  draft: { text: string; kind: string } | null;
  viewers: Viewer[];
  customer_link: string;
  merged_into: string | null;
  contact?: Contact | null;
  needs?: Need[];
}

/** A skill that an agent must have to help, and how well. */
export interface Need { skill: Named; least: number }
export interface Skill extends Named { sort: "language" | "subject"; locale: string }

export interface CustomerCard {
  customer: Named & { email: string; since: string; contact_points: { channel: string; address: string; proved: boolean }[] };
  given: { field: string; label: string; value: string; at: string }[];
  cases: CaseRow[];
  timeline: { case: string; number: string; kind: string; at: string; text: string }[];
}

export interface Agent extends Named { email: string; role: Role; department: Named | null; present: boolean; picture?: string }
export interface SavedReply extends Named { shortcut: string; text: string; locale: string }

export interface BoardPromise { id: string; case: { id: string; number: string; subject: string }; text: string; due: string; owner: Named | null; status: string }
export interface Board {
  waiting: number;
  oldest_waiting_since: string | null;
  unassigned: number;
  promises_due_today: number;
  promises_due_hour: number;
  promises_broken_open: number;
  dissatisfied: number;
  closed_today: number;
  closed_by_customer_today: number;
  grade_today: number | null;
  dissatisfied_cases: CaseRow[];
  promises: BoardPromise[];
}

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  state: string;
  reason: string;
  attempts: number;
  created_at: string;
  sent_at: string | null;
  case: string | null;
}

/** A note in which the reader was mentioned. */
export interface Mention { id: string; case: { id: string; number: string; subject: string }; actor: Actor; text: string; at: string; seen: boolean }

export interface Fact { seq: string; kind: string; case?: string; data: Record<string, unknown> }

export interface First {
  me: Me;
  cases: CaseRow[];
  next: string;
  seq: string | number | null;
  texts: Record<string, string>;
}
