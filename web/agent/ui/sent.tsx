import { batch, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, words } from "./api.ts";
import { capital } from "./chip.tsx";
import { Icon } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { onFact, onReturn } from "./live.ts";
import { follow, link, route } from "./route.ts";
import { count, known, t } from "./texts.ts";
import { full, short } from "./time.ts";
import type { Mail } from "./types.ts";

const mails = signal<Mail[] | null>(null);
const next = signal("");
const wrong = signal("");
const state = signal("");
const to = signal("");
const states = ["", "queued", "sent", "failed", "bounced"];

async function load(more = false): Promise<void> {
  const ask = new URLSearchParams();
  if (to.value.trim()) ask.set("to", to.value.trim());
  if (state.value) ask.set("state", state.value);
  if (more) ask.set("cursor", next.value);
  try {
    const page = await get<{ messages: Mail[]; next: string }>(`/outbox?${ask}`);
    batch(() => {
      mails.value = more ? [...(mails.value ?? []), ...page.messages] : page.messages;
      next.value = page.next;
      wrong.value = "";
    });
  } catch (cause) {
    wrong.value = words(cause);
  }
}

let soon = 0;
const loadSoon = () => {
  if (soon || route.value.page !== "outbox") return;
  soon = window.setTimeout(() => { soon = 0; void load(); }, 1000);
};
onFact((fact) => void (fact.seq && loadSoon()));
onReturn(loadSoon);

const bad = (s: string) => /refus|bounc|fail|dead/.test(s);

/** Every mail that left or has to leave, and what became of it. */
export function Outbox() {
  useEffect(() => void load(), []);
  const timer = useRef(0);
  const typed = (text: string) => {
    to.value = text;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void load(), 250);
  };
  return (
    <main class="sheet" id="main" tabIndex={-1}>
      <header class="sheet-head"><h1>{t("rail.outbox")}</h1><p class="soft">{t("sent.about")}</p></header>
      <div class="sheet-tools" role="search">
        <input class="input" type="search" aria-label={t("sent.to")} placeholder={t("sent.to")} value={to.value} onInput={(e) => typed(e.currentTarget.value)} />
        <select class="input" aria-label={t("sent.state")} value={state.value} onInput={(e) => { state.value = e.currentTarget.value; void load(); }}>
          {states.map((s) => <option key={s} value={s}>{s ? known(`mail_state.${s}`, s) : t("sent.all")}</option>)}
        </select>
      </div>
      <section class="board-card">
        {wrong.value ? <div class="says" role="alert"><Icon name="warn" size={22} /><p><b>{t("sent.failed")}</b></p><p>{wrong.value}</p><button class="button" onClick={() => void load()}><Icon name="again" /> {t("desk.again")}</button></div>
          : !mails.value ? <Bones n={6} />
          : mails.value.length === 0 ? <div class="says"><Icon name="mails" size={22} /><p>{to.value || state.value ? t("sent.none_found") : t("sent.none")}</p></div>
          : <Table list={mails.value} />}
        {next.value && !wrong.value && <p class="more-rows"><button class="button quiet" onClick={() => void load(true)}>{t("inbox.more")}</button></p>}
      </section>
    </main>
  );
}

function Table({ list }: { list: Mail[] }) {
  return (
    <div class="table"><table>
      <thead><tr><th scope="col">{t("sent.mail")}</th><th scope="col">{t("sent.to_head")}</th><th scope="col">{t("sent.state")}</th><th scope="col" class="num">{t("sent.when")}</th></tr></thead>
      <tbody>
        {list.map((m) => (
          <tr key={m.id}>
            <td>{m.case ? <a href={link({ page: "inbox", open: m.case })} onClick={(e) => follow(e, { page: "inbox", open: m.case! })}>{m.subject}</a> : m.subject}
              <details class="quoted"><summary>{t("sent.read")}</summary><p>{m.text}</p></details></td>
            <td>{m.to}</td>
            <td><span class={`chip ${bad(m.state) ? "ink" : /sent|delivered/.test(m.state) ? "" : "accent"}`}>{bad(m.state) && <Icon name="warn" size={12} />}<span>{capital(known(`mail_state.${m.state}`, m.state))}</span></span>
              {m.reason && <p>{m.reason}</p>}{m.attempts > 1 && <p>{count("sent.attempts", m.attempts)}</p>}</td>
            <td class="num"><time dateTime={m.sent_at ?? m.created_at} title={full(m.sent_at ?? m.created_at)}>{short(m.sent_at ?? m.created_at)}</time></td>
          </tr>
        ))}
      </tbody>
    </table></div>
  );
}
