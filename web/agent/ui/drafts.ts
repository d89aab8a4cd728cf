import { put } from "./api.ts";
import { keep, kept } from "./disk.ts";
import type { FileRef } from "./types.ts";

// What is being written, per case. On disk with every key, at the server a moment later.

export type Tab = "message" | "note" | "question" | "promise" | "solution";
export interface Draft {
  tab: Tab;
  message: string;
  note: string;
  question: string;
  promise: string;
  due: string;
  owner: string;
  solution: string;
  files: FileRef[];
  mentions: string[];
}

export const blank = (): Draft => ({ tab: "message", message: "", note: "", question: "", promise: "", due: "", owner: "", solution: "", files: [], mentions: [] });

export function draftOf(id: string, server: { text: string; kind: string } | null): Draft {
  const local = kept<Draft>(`draft.${id}`);
  if (local) return { ...blank(), ...local };
  if (!server?.text || emptied.has(id)) return blank();
  return server.kind === "note" ? { ...blank(), tab: "note", note: server.text } : { ...blank(), message: server.text };
}

const unsent = new Map<string, { timer: number; draft: Draft }>();
const emptied = new Set<string>(); // here, so that what the server still has is older

export function keepDraft(id: string, draft: Draft): void {
  const empty = !draft.message && !draft.note && !draft.question && !draft.promise && !draft.solution && !draft.files.length;
  keep(`draft.${id}`, empty ? null : draft);
  if (empty) emptied.add(id);
  else emptied.delete(id);
  clearTimeout(unsent.get(id)?.timer);
  unsent.set(id, { draft, timer: window.setTimeout(() => {
    unsent.delete(id);
    void sendDraft(id, draft);
  }, empty ? 0 : 1500) });
}

// Leaving the page does not lose the last words for another machine.
addEventListener("pagehide", () => {
  for (const [id, { timer, draft }] of unsent) {
    clearTimeout(timer);
    void sendDraft(id, draft, true);
  }
  unsent.clear();
});

function sendDraft(id: string, draft: Draft, last = false): Promise<void> {
  const kind = draft.tab === "note" && draft.note ? "note" : draft.message ? "message" : draft.note ? "note" : "message";
  return put<void>(`/cases/${id}/draft`, { text: draft[kind], kind }, last).catch(() => undefined);
}
