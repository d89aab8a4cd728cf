import { act, busy } from "./casefile.ts";
import { firstName } from "./contact.ts";
import { Box } from "./dialog.tsx";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { CaseDetail } from "./types.ts";

/** Ends the chat, not the case: only the customer closes that. */
export function EndChat({ of: c }: { of: CaseDetail }) {
  const submit = async (e: Event) => {
    e.preventDefault();
    if (await act("contact/end", {}, t("chat.ended", { name: firstName(c) }))) dialog.value = "";
  };
  const open = c.status !== "closed" && c.status !== "proposed";
  return (
    <Box title={t("chat.end_title", { name: firstName(c) })}>
      <form onSubmit={(e) => void submit(e)}>
        <p>{t("chat.end_about", { name: firstName(c) })}</p>
        {open && <p class="soft">{t("chat.end_open")}</p>}
        <footer class="box-feet">
          <button type="button" class="button" onClick={() => (dialog.value = "")}>{t("desk.cancel")} <kbd class="kbd">Esc</kbd></button>
          <button class="button primary" autofocus disabled={!!busy.value}>{t("chat.end_do")} <kbd class="kbd">Enter</kbd></button>
        </footer>
      </form>
    </Box>
  );
}
