import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { busy, claim, file, fileError, fileState, loadFile, present } from "./casefile.ts";
import { DueChip } from "./chip.tsx";
import { mode } from "./contact.ts";
import { ChatLine } from "./contact.tsx";
import { Composer } from "./composer.tsx";
import { Line } from "./entry.tsx";
import { Icon } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { me } from "./me.ts";
import { spoken } from "./notice.ts";
import { Pending } from "./pending.tsx";
import { follow, link, route } from "./route.ts";
import { compose, dialog, drawer } from "./screen.ts";
import { Tabs } from "./tabs.tsx";
import { t } from "./texts.ts";
import { Collision } from "./viewers.tsx";
import type { CaseDetail } from "./types.ts";
import { called } from "./who.ts";

/** The third column: one case, everything said in it, and where the answer is written. */
export function Conversation() {
  const state = fileState.value;
  const c = file.value;
  // On a narrow screen the list goes away when a case opens; the focus may not go with it.
  useEffect(() => {
    const at = document.activeElement;
    if (c && (!at || at === document.body || (at instanceof HTMLElement && at.offsetParent === null))) document.getElementById("main")?.focus({ preventScroll: true });
  }, [c?.id]);
  return (
    <section class="conversation" id="main" tabIndex={-1} aria-label={c ? c.subject : t("case.label")}>
      <Tabs />
      {state === "none" && <div class="says"><Icon name="inbox" size={28} /><p>{t("case.none")}</p><p class="soft">{t("case.none_keys")}</p></div>}
      {state === "loading" && <div class="case-bones"><Bones n={5} /></div>}
      {(state === "failed" || state === "gone") && (
        <div class="says" role="alert">
          <Icon name="warn" size={28} /><p><b>{t(`case.${state}`)}</b></p><p>{fileError.value}</p>
          {state === "failed" && <button class="button" onClick={() => void loadFile(route.value.open)}><Icon name="again" /> {t("desk.again")}</button>}
        </div>
      )}
      {state === "ready" && c && <><Head of={c} /><Story of={c} /><Collision /><ChatLine of={c} /><Composer key={c.id} of={c} /></>}
    </section>
  );
}

function Head({ of: c }: { of: CaseDetail }) {
  const mine = c.owner?.id === me.value.agent.id;
  return (
    <header class="case-head">
      <a class="tool back" href={link({ open: "" })} aria-label={t("case.back")} onClick={(e) => follow(e, { open: "" })}><Icon name="left" size={20} /></a>
      <div class="case-title">
        <h2>{c.subject}</h2>
        <p>
          <span class="case-who">{called(c.customer)} · {t("case.number", { number: c.number })}</span>{mine ? "" : ` · ${c.owner ? t("case.owner", { name: c.owner.name }) : t("case.no_owner")}`}
          {c.tags.map((tag) => <> <span class="tag" key={tag}>#{tag}</span></>)}
        </p>
      </div>
      <div class="case-acts">
        <DueChip of={c} call={c.promises.find((p) => p.id === c.next_promise?.id)} />
        {!mine && <button class="button" disabled={!!busy.value} onClick={() => void claim()}><Icon name="take" /> <span>{t(c.contact?.agent && mode(c) !== "mail" ? "act.take_over" : "act.take")}</span> <kbd class="kbd">E</kbd></button>}
        {mine && <button class="button wide" onClick={() => compose("promise")}><Icon name="promise" /> <span>{t("act.promise")}</span> <kbd class="kbd">A</kbd></button>}
        <button class="button wide" onClick={() => (dialog.value = "handover")}><Icon name="handover" /> <span>{t("act.handover")}</span></button>
        <button class="tool" popovertarget="case-menu" aria-label={t("act.more")} title={t("act.more")}><Icon name="more" size={18} /></button>
        <button class="tool for-drawer" aria-label={t("act.customer")} title={`${t("act.customer")} (I)`} aria-expanded={drawer.value} onClick={() => (drawer.value = !drawer.value)}><Icon name="side" size={18} /></button>
      </div>
      <CaseMenu of={c} />
    </header>
  );
}

function CaseMenu({ of: c }: { of: CaseDetail }) {
  const shut = () => document.getElementById("case-menu")?.hidePopover();
  const open = (what: "handover" | "snooze" | "tags" | "needs" | "merge" | "link" | "end") => { shut(); dialog.value = what; };
  return (
    <div id="case-menu" class="menu" popover="auto">
      <button class="menu-item" onClick={() => open("handover")}><Icon name="handover" /> {t("act.handover")} <kbd class="kbd">O</kbd></button>
      {mode(c) !== "mail" && <button class="menu-item" onClick={() => open("end")}><Icon name="leave" /> {t("act.end_chat")} <kbd class="kbd">F</kbd></button>}
      <button class="menu-item" onClick={() => open("snooze")}><Icon name="snooze" /> {t("act.snooze")} <kbd class="kbd">Z</kbd></button>
      <button class="menu-item" onClick={() => open("tags")}><Icon name="tag" /> {t("act.tag")} <kbd class="kbd">T</kbd></button>
      <button class="menu-item" onClick={() => open("needs")}><Icon name="solution" /> {t("act.needs")} <kbd class="kbd">V</kbd></button>
      <button class="menu-item" onClick={() => open("merge")}><Icon name="merge" /> {t("act.merge")} <kbd class="kbd">M</kbd></button>
      {c.customer_link && <a class="menu-item" href={c.customer_link} target="_blank" rel="noopener"><Icon name="away" /> {t("act.customer_page")}</a>}
      {!c.merged_into && <button class="menu-item" onClick={() => open("link")}><Icon name="chain" /> {t("act.link")}</button>}
    </div>
  );
}

/** Stays at the newest message unless the reader scrolled up. */
function Story({ of: c }: { of: CaseDetail }) {
  const box = useRef<HTMLDivElement>(null);
  const low = useRef(true);
  const count = useRef(c.timeline.length);
  const bottom = () => {
    const b = box.current;
    if (b && low.current) b.scrollTop = b.scrollHeight;
  };
  useLayoutEffect(bottom, [c.id, c.timeline.length]);
  useEffect(() => {
    const watch = new ResizeObserver(bottom);
    if (box.current) watch.observe(box.current);
    if (box.current?.firstElementChild) watch.observe(box.current.firstElementChild);
    return () => watch.disconnect();
  }, [c.id]);
  useEffect(() => {
    const added = c.timeline.slice(count.current);
    count.current = c.timeline.length;
    const from = added.filter((e) => e.actor.kind === "customer").at(-1);
    if (from) spoken.value = t("case.spoken", { name: from.actor.name || called(c.customer), text: from.text });
  }, [c.timeline.length]);
  useEffect(() => present(false), [c.id]);
  return (
    <div class="story" ref={box} tabIndex={0} role="region" aria-label={t("case.story")}
      onScroll={(e) => { const b = e.currentTarget; low.current = b.scrollHeight - b.scrollTop - b.clientHeight < 80; }}>
      <ol>
        {c.merged_into && <li class="line-entry"><p><Icon name="merge" /> {t("case.merged")} <a href={link({ open: c.merged_into })} onClick={(e) => follow(e, { open: c.merged_into! })}>{t("case.merged_open")}</a></p></li>}
        {c.timeline.map((e, i) => <Line key={e.id} entry={e} before={c.timeline[i - 1]} of={c} />)}
        <Pending of={c} />
      </ol>
    </div>
  );
}
