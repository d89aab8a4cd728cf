import { useState } from "preact/hooks";
import { act, busy } from "./casefile.ts";
import { Box, Feet } from "./dialog.tsx";
import { DueField } from "./due.tsx";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import { dayHour, now } from "./time.ts";
import { when } from "./when.ts";
import type { CaseDetail } from "./types.ts";

/** Out of sight until a moment; a message of the customer brings it back sooner. */
export function Snooze({ of: c }: { of: CaseDetail }) {
  const [until, setUntil] = useState("");
  const at = when(until);
  const asleep = c.snoozed_until !== null && Date.parse(c.snoozed_until) > now.value;
  const put = async (moment: Date | null) => {
    if (await act("snooze", { until: moment?.toISOString() ?? null }, moment ? t("done.snoozed", { when: dayHour(moment) }) : t("done.woken"))) dialog.value = "";
  };
  return (
    <Box title={t("snooze.title")}>
      <form onSubmit={(e) => { e.preventDefault(); if (at) void put(at); }}>
        <p class="soft">{t("snooze.about")}</p>
        {asleep && <p>{t("snooze.now", { when: dayHour(c.snoozed_until!) })} <button type="button" class="link" onClick={() => void put(null)}>{t("snooze.wake")}</button></p>}
        <DueField id="snooze-until" value={until} onValue={setUntil} focus label={t("snooze.until")} />
        <Feet label={t("snooze.do")} ready={at !== null && !busy.value} />
      </form>
    </Box>
  );
}
