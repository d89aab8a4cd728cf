import { useState } from "preact/hooks";
import { words } from "./api.ts";
import { Box, Feet } from "./dialog.tsx";
import { me, saveMe } from "./me.ts";
import { say } from "./notice.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";

export function Signature() {
  const [text, setText] = useState(me.value.agent.signature);
  const submit = async (e: Event) => {
    e.preventDefault();
    try {
      await saveMe({ locale: me.value.agent.locale, signature: text });
      dialog.value = "";
      say(t("done.saved"));
    } catch (cause) {
      say(words(cause), "red");
    }
  };
  return (
    <Box title={t("account.signature")}>
      <form onSubmit={(e) => void submit(e)}>
        <div class="field"><label for="signature">{t("signature.label")}</label><p class="hint" id="signature-hint">{t("signature.hint")}</p><textarea id="signature" aria-describedby="signature-hint" value={text} autofocus onInput={(e) => setText(e.currentTarget.value)} /></div>
        <Feet label={t("desk.save")} ready />
      </form>
    </Box>
  );
}
