import { computed, signal } from "@preact/signals";
import { get, put } from "./api.ts";
import { first } from "./first.ts";
import type { Agent, Me, Named, SavedReply, Skill } from "./types.ts";

/** Who works here, and the counts of the views. */
export const me = signal<Me>(first.me);
export const locale = computed(() => me.value.agent.locale || me.value.org.locale || "nl");
export const leads = computed(() => me.value.agent.role !== "agent");

let newest = 0;
/** An answer that was overtaken by a later question is dropped. */
export async function refreshMe(): Promise<void> {
  const mine = ++newest;
  const answer = await get<Me>("/me");
  if (mine === newest) me.value = answer;
}

export async function saveMe(change: { locale: string; signature: string }): Promise<void> {
  await put("/me", change);
  me.value = { ...me.value, agent: { ...me.value.agent, ...change } };
}

/** Colleagues, departments and saved replies: asked for once, when first needed. */
export const agents = signal<Agent[]>([]);
export const departments = signal<Named[]>([]);
export const skills = signal<Skill[]>([]);
export const replies = signal<SavedReply[]>([]);

let asked: Promise<void> | null = null;
export function needPeople(): Promise<void> {
  asked ??= Promise.all([get<{ agents: Agent[] }>("/agents"), get<{ departments: Named[] }>("/departments"), get<{ skills: Skill[] }>("/skills")])
    .then(([a, d, s]) => {
      agents.value = a.agents;
      departments.value = d.departments;
      skills.value = s.skills;
    })
    .catch(() => {
      asked = null;
    });
  return asked;
}

let askedReplies: Promise<void> | null = null;
export function needReplies(): Promise<void> {
  askedReplies ??= get<{ replies: SavedReply[] }>("/replies")
    .then((r) => {
      replies.value = r.replies;
    })
    .catch(() => {
      askedReplies = null;
    });
  return askedReplies;
}
