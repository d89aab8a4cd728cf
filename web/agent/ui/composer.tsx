import { useEffect, useRef, useState } from "preact/hooks";
import { act, busy, present } from "./casefile.ts";
import { mode } from "./contact.ts";
import { tabName } from "./composer-words.ts";
import { draftOf, keepDraft, type Draft, type Tab } from "./drafts.ts";
import { Editor } from "./editor.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { alreadyKnown, knownLine } from "./known.ts";
import { send } from "./outbox.ts";
import { PromiseForm } from "./promise-form.tsx";
import { restored } from "./restore.ts";
import { focusTab } from "./screen.ts";
import { t } from "./texts.ts";
import { dayHour } from "./time.ts";
import { when } from "./when.ts";
import type { CaseDetail } from "./types.ts";

const tabs: { tab: Tab; key: string; icon: IconName }[] = [
  { tab: "message", key: "R", icon: "mail" }, { tab: "note", key: "N", icon: "lock" }, { tab: "question", key: "Q", icon: "question" },
  { tab: "promise", key: "A", icon: "promise" }, { tab: "solution", key: "S", icon: "solution" },
];

/** Where the agent writes. One draft per case holds all five tabs. */
export function Composer({ of: c }: { of: CaseDetail }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(c.id, c.draft));
  const latest = useRef(draft);
  const self = useRef<HTMLElement>(null);
  const change = (part: Partial<Draft>) => {
    latest.current = { ...latest.current, ...part };
    setDraft(latest.current);
    keepDraft(c.id, latest.current);
  };
  const type = (part: Partial<Draft>) => {
    change(part);
    // A visitor sees when we type; what is whispered is not for them.
    if (!c.contact || latest.current.tab !== "note") present(true);
  };
  const focus = () => requestAnimationFrame(() => self.current?.querySelector<HTMLElement>(".write, .panel input")?.focus());

  useAskedTab((tab) => {
    if (tab === "question" && !latest.current.question && c.question) change({ tab, question: c.question.text });
    else change({ tab });
    focus();
  });
  useRestored(c.id, (text, note, files) => {
    change(note ? { tab: "note", note: text } : { tab: "message", message: text, files });
    focus();
  });

  useEffect(() => document.getElementById(`tab-${draft.tab}`)?.scrollIntoView({ block: "nearest", inline: "nearest" }), [draft.tab]);
  const submit = () => void hand(c, latest.current, (clear) => change({ ...clear })).then((went) => {
    if (c.contact) present(false);
    land(self.current, c.contact && mode(c) === "live" ? "field" : went); // in a chat the next line follows at once
  });
  const { tab } = draft;
  return (
    <section class={`composer is-${tab}`} ref={self} aria-label={t("compose.label")}>
      <Warning draft={draft} of={c} />
      <div class="compose-box">
        <div class="compose-tabs" role="tablist" aria-label={t("compose.tabs")}>
          {tabs.map((x) => (
            <button key={x.tab} role="tab" id={`tab-${x.tab}`} aria-selected={tab === x.tab} aria-controls="compose-panel" tabIndex={tab === x.tab ? 0 : -1} onClick={() => { change({ tab: x.tab }); focus(); }}
              onKeyDown={(e) => walk(e, x.tab, (to) => { change({ tab: to }); requestAnimationFrame(() => document.getElementById(`tab-${to}`)?.focus()); })}>
              <Icon name={x.tab === "note" && mode(c) === "live" ? "whisper" : x.icon} size={14} /> <span>{tabName(x.tab, c)}</span> <kbd class="kbd" aria-hidden="true">{x.key}</kbd>
            </button>
          ))}
        </div>
        <div class="panel" role="tabpanel" id="compose-panel" aria-labelledby={`tab-${tab}`}>
          {tab === "promise" ? <PromiseForm of={c} draft={draft} onDraft={type} onSend={submit} />
            : <Editor key={tab} tab={tab} of={c} text={draft[tab]} files={draft.files} onText={(text) => type({ [tab]: text })} onFiles={(files) => change({ files })}
                mentions={draft.mentions} onMentions={(mentions) => change({ mentions })} onSend={submit} />}
        </div>
      </div>
    </section>
  );
}

function useAskedTab(open: (tab: Tab) => void): void {
  const handled = useRef(focusTab.peek().n);
  const asked = focusTab.value;
  useEffect(() => {
    if (asked.n === handled.current) return;
    handled.current = asked.n;
    open(asked.tab as Tab);
  }, [asked.n]);
}

function useRestored(id: string, put: (text: string, note: boolean, files: Draft["files"]) => void): void {
  const back = restored.value;
  useEffect(() => {
    if (back?.case !== id) return;
    restored.value = null;
    put(back.text, back.kind === "notes", back.files);
  }, [back]);
}

function walk(e: KeyboardEvent, from: Tab, to: (tab: Tab) => void): void {
  const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
  if (!by) return;
  e.preventDefault();
  const at = tabs.findIndex((x) => x.tab === from);
  to(tabs[(at + by + tabs.length) % tabs.length]!.tab);
}

/** Asking again for what the customer already gave is said before it is sent. */
function Warning({ draft, of: c }: { draft: Draft; of: CaseDetail }) {
  const text = draft.tab === "note" || draft.tab === "promise" ? "" : draft[draft.tab];
  const found = text ? alreadyKnown(text, c.known ?? []) : [];
  return (
    <div role="status">
      {found.map((k) => <p key={k.field} class="known-line"><Icon name="info" size={14} /> {knownLine(k)}</p>)}
    </div>
  );
}

/** A step that was taken leads back to the case, where the keys work; what stays open keeps the focus. Whoever went
    elsewhere in the meantime is left there. */
function land(composer: HTMLElement | null, to: "case" | "field"): void {
  requestAnimationFrame(() => {
    const at = document.activeElement;
    if (at && at !== document.body && !composer?.contains(at)) return;
    const place = to === "case" ? document.getElementById("main") : composer?.querySelector<HTMLElement>(".write, .panel input");
    place?.focus({ preventScroll: true });
  });
}

/** Gives what was written to the case. Messages and notes go through the outbox, so that a broken line loses nothing.
    Tells where the focus belongs after it. */
async function hand(c: CaseDetail, d: Draft, clear: (part: Partial<Draft>) => void): Promise<"case" | "field"> {
  const text = d.tab === "promise" ? d.promise.trim() : d[d.tab].trim();
  if (busy.value || (!text && !(d.tab === "message" && d.files.length))) return "field";
  const done = (clean: Partial<Draft>) => { clear({ ...clean, tab: "message" }); return "case" as const; };
  if (d.tab === "message") {
    send({ case: c.id, kind: "messages", text, files: d.files, mentions: [] });
    clear({ message: "", files: [] });
  } else if (d.tab === "note") {
    send({ case: c.id, kind: "notes", text, files: d.files, mentions: d.mentions });
    clear({ note: "", mentions: [], files: [] });
  } else if (d.tab === "question") {
    if (await act("read-back", { question: text }, t("done.read_back"))) return done({ question: "" });
  } else if (d.tab === "solution") {
    if (await act("solution", { text }, t("done.solution"))) return done({ solution: "" });
  } else {
    const due = when(d.due);
    if (due && (await act("promises", { text, due: due.toISOString(), owner: d.owner }, t("done.promise", { when: dayHour(due) })))) return done({ promise: "", due: "", owner: "" });
  }
  return "field";
}
