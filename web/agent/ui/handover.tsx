import { useEffect, useState } from "preact/hooks";
import { act, busy } from "./casefile.ts";
import { Box, Feet } from "./dialog.tsx";
import { mode } from "./contact.ts";
import { byFree, colleague, whatHappens } from "./handover-words.ts";
import { asked, chosen, NeedFields, type Chosen } from "./needs.tsx";
import { agents, departments, me, needPeople, skills } from "./me.ts";
import { watchQueue } from "./queue.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";

/** To a colleague or a department, with a word about what they need to know. */
export function Handover({ of: c }: { of: CaseDetail }) {
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [needs, setNeeds] = useState<Chosen | null>(null);
  useEffect(() => void needPeople(), []);
  useEffect(() => (mode(c) === "live" ? watchQueue() : undefined), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    const [kind, id] = to.split(":");
    const body = kind === "agent" ? { agent: id, department: c.department?.id ?? "", note } : kind === "department" ? { agent: "", department: id, note } : { agent: "", department: c.department?.id ?? "", note };
    if (await act("owner", needs ? { ...body, needs: asked(needs) } : body, t("done.handed_over"))) dialog.value = "";
  };
  const colleagues = byFree(agents.value.filter((a) => a.id !== me.value.agent.id && a.id !== c.owner?.id), c);
  const [kind, id] = to.split(":");
  const happens = whatHappens(kind, colleagues.find((a) => a.id === id), c);
  return (
    <Box title={t("handover.title")}>
      <form onSubmit={(e) => void submit(e)}>
        <div class="field">
          <label for="handover-to">{t("handover.to")}</label>
          <select id="handover-to" value={to} onInput={(e) => setTo(e.currentTarget.value)} autofocus>
            <option value="" disabled>{t("handover.choose")}</option>
            <optgroup label={t("handover.colleagues")}>{colleagues.map((a) => <option key={a.id} value={`agent:${a.id}`}>{colleague(a, c)}</option>)}</optgroup>
            <optgroup label={t("handover.departments")}>{departments.value.map((d) => <option key={d.id} value={`department:${d.id}`}>{d.name}</option>)}</optgroup>
            {c.owner && <option value="nobody:">{t("handover.nobody")}</option>}
          </select>
          <p class="hint" role="status">{happens}</p>
        </div>
        <div class="field">
          <label for="handover-note">{t("handover.note")}</label>
          <p class="hint" id="handover-hint">{t("handover.hint")}</p>
          <textarea id="handover-note" aria-describedby="handover-hint" value={note} onInput={(e) => setNote(e.currentTarget.value)} />
        </div>
        {skills.value.length > 0 && kind !== "agent" && (
          <details class="quoted">
            <summary>{t("need.handover")}</summary>
            <NeedFields now={needs ?? chosen(c.needs ?? [])} set={setNeeds} />
          </details>
        )}
        <Feet label={t("handover.do")} ready={to !== "" && !busy.value} />
      </form>
    </Box>
  );
}
