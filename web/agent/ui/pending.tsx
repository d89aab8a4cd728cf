import { file } from "./casefile.ts";
import { Files } from "./files.tsx";
import { Icon } from "./icon.tsx";
import { online } from "./live.ts";
import { me } from "./me.ts";
import { again, forget, type Sending, sendings } from "./outbox.ts";
import { restore } from "./restore.ts";
import { Rich } from "./rich.tsx";
import { t } from "./texts.ts";
import { hour } from "./time.ts";
import type { CaseDetail } from "./types.ts";

/** What was sent here and is not yet at the server. */
export function Pending({ of: c }: { of: CaseDetail }) {
  // The stream may show a message before its own request is answered.
  const there = (s: Sending) => c.timeline.some((e) => e.actor.id === me.value.agent.id && e.text === s.text && Date.parse(e.at) > Date.parse(s.at) - 60_000);
  return (
    <>
      {sendings.value.filter((s) => s.case === c.id && !there(s)).map((s) => (
        <li key={s.client_id} class={`bubble-line ${s.kind === "notes" ? "note" : "ours"} pending`}>
          <article class="bubble">
            {s.kind === "notes" && <p class="private"><Icon name="lock" size={12} /> {t("entry.private")}</p>}
            <Rich text={s.text} marked />
            <Files files={s.files} />
            <footer>
              <time dateTime={s.at}>{hour(s.at)}</time>
              {s.refused ? <span class="refused"><Icon name="warn" size={12} />{s.refused}</span> : <span role="status"><Icon name="clock" size={12} />{online.value ? t("send.pending") : t("send.offline")}</span>}
            </footer>
            {s.refused && (
              <p class="mail-acts">
                <button class="link" onClick={() => again(s.client_id)}>{t("send.again")}</button>
                <button class="link" onClick={() => { forget(s.client_id); if (file.value?.id === s.case) restore(s); }}>{t("send.edit")}</button>
              </p>
            )}
          </article>
        </li>
      ))}
    </>
  );
}
