import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { post, words } from "./api.ts";
import { Box, Feet } from "./dialog.tsx";
import { refreshSoon } from "./inbox.ts";
import { go } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import { Wrong } from "./wrong.tsx";
import type { CaseDetail } from "./types.ts";

/** A question that came in by another way, or a first word from us. */
export function NewCase() {
  const [f, setF] = useState({ name: "", email: "", subject: "", text: "" });
  const [wrong, setWrong] = useState("");
  const [going, setGoing] = useState(false);
  const [once] = useState(() => crypto.randomUUID());
  const ready = /^\S+@\S+\.\S+$/.test(f.email.trim()) && f.subject.trim() !== "" && f.text.trim() !== "";
  const submit = async (e: Event) => {
    e.preventDefault();
    setGoing(true);
    try {
      const c = await post<CaseDetail>("/cases", { customer: { name: f.name.trim(), email: f.email.trim() }, subject: f.subject.trim(), text: f.text, client_id: once });
      dialog.value = "";
      refreshSoon();
      go({ page: "inbox", open: c.id });
    } catch (cause) {
      setWrong(words(cause));
    } finally {
      setGoing(false);
    }
  };
  type Name = "name" | "email" | "subject";
  const field = (name: Name, input: (set: { id: string; value: string; onInput: (e: InputEvent) => void }) => JSX.Element) => (
    <div class="field">
      <label for={`new-${name}`}>{t(`new.${name}`)}</label>
      {input({ id: `new-${name}`, value: f[name], onInput: (e) => setF({ ...f, [name]: (e.currentTarget as HTMLInputElement).value }) })}
    </div>
  );
  return (
    <Box title={t("inbox.new")}>
      <form onSubmit={(e) => void submit(e)}>
        <div class="fields">{field("name", (set) => <input autocomplete="off" autofocus {...set} />)}{field("email", (set) => <input type="email" autocomplete="off" {...set} />)}</div>
        {field("subject", (set) => <input autocomplete="off" {...set} />)}
        <div class="field"><label for="new-text">{t("new.text")}</label><textarea id="new-text" value={f.text} onInput={(e) => setF({ ...f, text: e.currentTarget.value })} /></div>
        {wrong && <Wrong text={wrong} alert />}
        <Feet label={t("new.do")} ready={ready && !going} />
      </form>
    </Box>
  );
}
