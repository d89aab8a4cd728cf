import { useEffect } from "preact/hooks";
import { busy } from "./casefile.ts";
import type { Draft } from "./drafts.ts";
import { DueField } from "./due.tsx";
import { Icon } from "./icon.tsx";
import { agents, me, needPeople } from "./me.ts";
import { t } from "./texts.ts";
import { when } from "./when.ts";
import type { CaseDetail } from "./types.ts";

/** What we will do, by when, and who does it. */
export function PromiseForm({ draft, onDraft, onSend }: { of: CaseDetail; draft: Draft; onDraft: (part: Partial<Draft>) => void; onSend: () => void }) {
  useEffect(() => void needPeople(), []);
  const ready = draft.promise.trim() !== "" && when(draft.due) !== null;
  return (
    <form class="promise-form" onSubmit={(e) => { e.preventDefault(); if (ready) onSend(); }} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && ready) { e.preventDefault(); onSend(); } }}>
      <div class="promise-what">
        <label for="promise-text">{t("promise.text")}</label>
        <input id="promise-text" class="input" value={draft.promise} placeholder={t("promise.text_hint")} autocomplete="off" onInput={(e) => onDraft({ promise: e.currentTarget.value })} />
      </div>
      <DueField id="promise-due" value={draft.due} onValue={(due) => onDraft({ due })} />
      <div class="promise-who">
        <label for="promise-owner">{t("promise.owner")}</label>
        <select id="promise-owner" class="input" value={draft.owner} onInput={(e) => onDraft({ owner: e.currentTarget.value })}>
          <option value="">{t("promise.me")}</option>
          {agents.value.filter((a) => a.id !== me.value.agent.id).map((a) => <option key={a.id} value={a.id}>{a.name}</option>)}
        </select>
      </div>
      <div class="compose-foot">
        <p class="soft">{t("promise.seen")}</p>
        <button class="button primary" disabled={!ready || !!busy.value}>{t("promise.send")} <Icon name="promise" /></button>
      </div>
    </form>
  );
}
