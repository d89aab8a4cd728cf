// The shapes of live chat in API v1 as the workspace reads them.
import type { Named, Need } from "./types.ts";

export type PresenceState = "available" | "busy" | "away";
export interface Presence { state: PresenceState; reason: string; chats: number; since: string | null; most: number; limit?: Limit }

/** How many chats at once, by hand or as learnt, and why. */
export interface Limit { by_hand: number | null; why: string; text: string }

export interface CaseName { id: string; number: string; subject: string }
export interface Page { url: string; title: string }

export interface Offer {
  id: string;
  contact: string;
  channel: string;
  case: CaseName;
  customer: Named & { email: string; verified: boolean };
  text: string;
  reason: { key: string; text: string };
  needs?: Need[];
  known: { label: string; value: string }[] | null;
  page: Page | null;
  waiting_since: string;
  answer_due: string | null;
  call_at: string | null;
  made_at: string;
  until: string;
}

export interface Chat {
  contact: string;
  case: CaseName;
  customer: Named;
  state: "live" | "left";
  online: boolean;
  waiting_since: string | null;
  late_at: string | null;
  preview: string;
  unread: boolean;
  unread_count?: number;
  started_at: string;
}

export interface Contact {
  id: string;
  channel: string;
  state: "waiting" | "live" | "left" | "ended";
  agent: Named | null;
  online: boolean;
  page: Page | null;
  verified: boolean;
  started_at: string;
  answered_at: string | null;
  left_at: string | null;
  visitor_seen: string | number;
  waiting_since: string | null;
  late_at: string | null;
}

export interface Waiting {
  contact: string;
  case: CaseName;
  customer: Named;
  channel: string;
  department: Named | string | null;
  position: number;
  since: string;
  offered_to: Named | null;
  waits_for: Named | null;
  waits_until: string | null;
  text: string;
}

export interface AtDesk extends Named { state: PresenceState; reason: string; since: string | null; present: boolean; chats: number; live: number; picture?: string; limit?: Limit }
export interface Written {
  case: CaseName;
  customer: Named;
  channel: string;
  department: Named | null;
  due: string;
  call_at: string | null;
  offered_to: Named | null;
  text: string;
}
export interface Queue { waiting: Waiting[]; in_writing: { count: number; first: Written[] }; agents: AtDesk[]; announcement?: string }
