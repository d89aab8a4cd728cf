import { act, busy } from "./casefile.ts";
import { Box, Feet } from "./dialog.tsx";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";
import { called } from "./who.ts";

/** Asks once more before the customer's link stops working: whoever has it is shut out. */
export function RenewLink({ of: c }: { of: CaseDetail }) {
  const submit = async (e: Event) => {
    e.preventDefault();
    if (await act("link", {}, t("done.link"))) dialog.value = "";
  };
  return (
    <Box title={t("link.title")}>
      <form onSubmit={(e) => void submit(e)}>
        <p>{t("link.about")}</p>
        <p class="soft">{t("link.mail", { name: called(c.customer), email: c.customer.email })}</p>
        <Feet label={t("link.do")} ready={!busy.value} />
      </form>
    </Box>
  );
}
