import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { put, words } from "./api.ts";
import { Box, Feet } from "./dialog.tsx";
import { leads } from "./me.ts";
import { say } from "./notice.ts";
import { loadQueue } from "./queue.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import type { AtDesk, Limit } from "./chat-types.ts";

const about = signal<AtDesk | null>(null);

/** 1 van 3; for a lead a button that says why it is 3, and changes it. */
export function LimitCell({ of: a }: { of: AtDesk }) {
  const of = t("queue.of", { n: a.live, most: a.chats });
  if (!leads.value || !a.limit) return <>{of}</>;
  const open = () => {
    about.value = a;
    dialog.value = "limit";
  };
  return <button class="link" title={a.limit.text} aria-label={t("limit.of", { of, name: a.name })} onClick={open}>{of}</button>;
}

/** Why an agent takes as many chats at once, and a number by hand. */
export function LimitOf() {
  const a = about.value;
  const [chats, setChats] = useState(a?.limit?.by_hand ?? 0);
  const [sending, setSending] = useState(false);
  if (!a) return null;
  const submit = async (e: Event) => {
    e.preventDefault();
    setSending(true);
    try {
      await put<Limit>(`/agents/${a.id}/chats`, { chats });
      void loadQueue();
      dialog.value = "";
    } catch (cause) {
      say(words(cause), "red");
    } finally {
      setSending(false);
    }
  };
  return (
    <Box title={t("limit.title", { name: a.name })}>
      <form onSubmit={(e) => void submit(e)}>
        <p>{a.limit?.text}</p>
        <div class="field">
          <label for="limit-chats">{t("limit.most")}</label>
          <p class="hint" id="limit-hint">{t("limit.hint")}</p>
          <select id="limit-chats" aria-describedby="limit-hint" value={String(chats)} autofocus onInput={(e) => setChats(Number(e.currentTarget.value))}>
            <option value="0">{t("limit.learnt_long")}</option>
            {[1, 2, 3, 4, 5].map((n) => <option key={n} value={n}>{n}</option>)}
          </select>
        </div>
        <Feet label={t("desk.save")} ready={!sending} />
      </form>
    </Box>
  );
}
