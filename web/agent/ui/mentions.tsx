import { batch, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, words } from "./api.ts";
import { Icon } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { onFact, onReturn } from "./live.ts";
import { me, refreshMe } from "./me.ts";
import { say } from "./notice.ts";
import { follow, link, route } from "./route.ts";
import { t } from "./texts.ts";
import { full, short } from "./time.ts";
import type { Mention } from "./types.ts";

const list = signal<Mention[] | null>(null);
const next = signal("");
const wrong = signal("");

async function load(more = false): Promise<void> {
  try {
    const page = await get<{ mentions: Mention[]; next: string }>(`/mentions${more ? `?cursor=${next.value}` : ""}`);
    batch(() => {
      list.value = more ? [...(list.value ?? []), ...page.mentions] : page.mentions;
      next.value = page.next;
      wrong.value = "";
    });
  } catch (cause) {
    wrong.value = words(cause);
  }
}

const here = () => route.value.page === "mentions";
onFact((fact) => {
  const names = fact.kind === "conversation.noted" ? (fact.data["mentions"] as string[] | undefined) : undefined;
  const by = fact.data["actor"] as { id?: string; name?: string } | undefined;
  if (!names?.includes(me.value.agent.id) || by?.id === me.value.agent.id) return;
  if (here()) void load();
  if (route.value.open !== fact.case) say(t("mentions.told", { name: by?.name ?? "" }));
});
onReturn(() => here() && void load());

async function allSeen(): Promise<void> {
  const newest = list.value?.[0];
  if (!newest) return;
  try {
    await post<void>("/mentions/seen", { until: newest.id });
    await Promise.all([load(), refreshMe()]);
    document.getElementById("main")?.focus();
  } catch (cause) {
    say(words(cause), "red");
  }
}

/** J and K walk through the list as they do in the inbox. */
export function walkMentions(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(".mention")];
  const at = all.findIndex((e) => e === document.activeElement);
  all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
}

/** The notes in which a colleague mentioned me, newest first. Opening one is seeing it. */
export function Mentions() {
  useEffect(() => void load(), []);
  const fresh = list.value?.some((m) => !m.seen);
  return (
    <main class="sheet" id="main" tabIndex={-1}>
      <header class="sheet-head">
        <h1>{t("rail.mentions")}</h1><p class="soft">{t("mentions.about")}</p>
        {fresh && <button class="button sheet-act" onClick={() => void allSeen()}><Icon name="check" /> {t("mentions.all_seen")}</button>}
      </header>
      <section class="board-card" aria-label={t("rail.mentions")}>
        {wrong.value ? <div class="says" role="alert"><Icon name="warn" size={22} /><p><b>{t("mentions.failed")}</b></p><p>{wrong.value}</p><button class="button" onClick={() => void load()}><Icon name="again" /> {t("desk.again")}</button></div>
          : !list.value ? <Bones n={4} />
          : list.value.length === 0 ? <div class="says"><Icon name="at" size={22} /><p>{t("mentions.none")}</p></div>
          : <ul class="mention-list">{list.value.map((m) => <li key={m.id}><One of={m} /></li>)}</ul>}
        {next.value && !wrong.value && <p class="more-rows"><button class="button quiet" onClick={() => void load(true)}>{t("inbox.more")}</button></p>}
      </section>
    </main>
  );
}

function One({ of: m }: { of: Mention }) {
  const to = { page: "inbox" as const, open: m.case.id };
  return (
    <a class={`mention ${m.seen ? "" : "unread"}`} href={link(to)} onClick={(e) => follow(e, to)}>
      <span class="mention-who">{m.actor.name}</span>
      {!m.seen && <span class="chip accent">{t("mentions.new")}</span>}
      <time dateTime={m.at} title={full(m.at)}>{short(m.at)}</time>
      <span class="mention-text">{m.text}</span>
      <span class="soft">{m.case.subject} · {t("case.number", { number: m.case.number })}</span>
    </a>
  );
}
