import { useEffect, useState } from "preact/hooks";
import { put, words } from "./api.ts";
import { Box } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { say } from "./notice.ts";
import { loadQueue, queue } from "./queue.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";

const most = 300;

/** A text that every visitor sees at once: written first, then shown as they will see it, then put there. */
export function Announce() {
  const now = queue.value?.announcement ?? "";
  const [text, setText] = useState(now);
  const [step, setStep] = useState<"write" | "put" | "end">("write");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!queue.value) void loadQueue().then(() => setText((own) => own || (queue.value?.announcement ?? "")));
  }, []);
  const give = async (what: string) => {
    setBusy(true);
    try {
      await put("/announcement", { text: what });
      if (queue.value) queue.value = { ...queue.value, announcement: what };
      dialog.value = "";
      say(t(what ? "announce.done" : "announce.ended"));
    } catch (cause) {
      say(words(cause), "red");
    } finally {
      setBusy(false);
    }
  };
  const submit = (e: Event) => {
    e.preventDefault();
    if (step === "write") setStep("put");
    else void give(step === "end" ? "" : text.trim());
  };
  return (
    <Box title={t(step === "end" ? "announce.end_title" : "announce.title")}>
      <form onSubmit={submit}>
        {step === "write" ? (
          <div class="field">
            <label for="announce">{t("announce.text")}</label>
            <p class="hint" id="announce-hint">{t("announce.hint")}</p>
            <textarea id="announce" aria-describedby="announce-hint" maxLength={most} value={text} autofocus onInput={(e) => setText(e.currentTarget.value)} />
          </div>
        ) : <p role="status">{t(step === "end" ? "announce.end_sure" : "announce.sure")}</p>}
        {step !== "write" && <p class="announced small"><Icon name="notice" /> <span>{step === "end" ? now : text.trim()}</span></p>}
        <footer class="box-feet">
          {step === "write" && now && <button type="button" class="button apart" onClick={() => setStep("end")}>{t("announce.end")}</button>}
          {step === "write" ? <button type="button" class="button" onClick={() => (dialog.value = "")}>{t("desk.cancel")} <kbd class="kbd">Esc</kbd></button>
            : <button type="button" class="button" onClick={() => setStep("write")}>{t("announce.back")}</button>}
          <button key={step} class="button primary" ref={(b) => void (step !== "write" && b?.focus())} disabled={busy || (step === "write" && (!text.trim() || text.trim() === now))}>{t(`announce.do_${step}`)}</button>
        </footer>
      </form>
    </Box>
  );
}
