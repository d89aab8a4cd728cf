import { firstName, mode } from "./contact.ts";
import { stateWords } from "./presence.ts";
import { atDesk } from "./queue.ts";
import { t } from "./texts.ts";
import type { Agent, CaseDetail, Named } from "./types.ts";

/** Joris Bakker · Beschikbaar · 1 van 3 chats; without a queue only whether somebody is there. */
export function colleague(a: Agent, c: CaseDetail): string {
  const at = mode(c) === "live" ? atDesk(a.id) : undefined;
  if (!at) return a.present ? `${a.name} · ${t("agent.present")}` : a.name;
  return t("handover.state", { name: a.name, state: stateWords(at), n: at.live, most: at.chats });
}

/** Who takes chats now comes first. */
export function byFree(list: Agent[], c: CaseDetail): Agent[] {
  if (mode(c) !== "live") return list;
  const room = (a: Agent) => {
    const at = atDesk(a.id);
    return at?.state === "available" && at.present ? (at.live < at.chats ? 0 : 1) : 2;
  };
  return [...list].sort((a, b) => room(a) - room(b));
}

/** What the visitor of a live chat notices of it. */
export function whatHappens(kind: string | undefined, to: Named | undefined, c: CaseDetail): string {
  if (mode(c) !== "live" || !kind) return "";
  return kind === "agent" ? t("handover.chat_agent", { name: to?.name ?? "", customer: firstName(c) }) : t("handover.chat_department", { customer: firstName(c) });
}
