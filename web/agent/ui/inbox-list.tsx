import { useEffect, useRef } from "preact/hooks";
import { Chips, waits } from "./chip.tsx";
import { channelIcon, Icon } from "./icon.tsx";
import { cursor, listError, listState, loadingMore, loadList, loadMore, next, rows } from "./inbox.ts";
import { me } from "./me.ts";
import { follow, go, link, route, views } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";
import { full, short } from "./time.ts";
import type { CaseRow, View } from "./types.ts";
import { called } from "./who.ts";

/** The second column: which cases, the search, and the list. */
export function InboxColumn() {
  const { view, q } = route.value;
  return (
    <section class="inbox" aria-label={t("inbox.label")}>
      <header class="inbox-head">
        <h2><button class="view-now" popovertarget="views">{t(`view.${view}`)} <Icon name="down" size={14} /></button></h2>
        <OpenCount view={view} />
        <button class="tool" aria-label={t("inbox.new")} title={`${t("inbox.new")} (C)`} onClick={() => (dialog.value = "new")}><Icon name="plus" /></button>
      </header>
      <Views view={view} />
      <Search q={q} />
      <List />
    </section>
  );
}

function OpenCount({ view }: { view: View }) {
  const n = me.value.counts[view];
  return n === undefined || view === "all" ? null : <span class="chip accent">{view === "mine" ? t("inbox.count", { n }) : n}</span>;
}

function Views({ view }: { view: View }) {
  return (
    <div id="views" class="menu views" popover="auto">
      <ul>
        {views.map((v, i) => (
          <li key={v}>
            <a class="menu-item" href={link({ view: v, q: "", open: "" })} aria-current={v === view ? "true" : undefined}
              onClick={(e) => { document.getElementById("views")?.hidePopover(); follow(e, { view: v, q: "", open: "" }); }}>
              <span>{t(`view.${v}`)}</span><b class={v === "dissatisfied" && me.value.counts[v] ? "red" : ""}>{v === "all" ? "" : me.value.counts[v] ?? ""}</b><kbd class="kbd">{i + 1}</kbd>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Search({ q }: { q: string }) {
  const timer = useRef(0);
  const type = (text: string) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => go({ q: text.trim() }, true), 200);
  };
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = q;
  }, [q]);
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input ref={field} id="search" type="search" defaultValue={q} aria-label={t("inbox.search")} placeholder={t("inbox.search")} autocomplete="off"
        onInput={(e) => type(e.currentTarget.value)} onKeyDown={(e) => e.key === "ArrowDown" && document.querySelector<HTMLElement>(".row")?.focus()} />
      <kbd class="kbd" aria-hidden="true">/</kbd>
    </div>
  );
}

function List() {
  if (listState.value === "failed") {
    return (
      <div class="says" role="alert">
        <Icon name="warn" size={22} /><p><b>{t("inbox.failed")}</b></p><p>{listError.value}</p>
        <button class="button" onClick={() => void loadList()}><Icon name="again" /> {t("desk.again")}</button>
      </div>
    );
  }
  if (listState.value === "loading") return <Bones n={8} />;
  const { view, q } = route.value;
  if (!rows.value.length) {
    return <div class="says"><Icon name={q ? "search" : "inbox"} size={22} /><p>{q ? t("empty.search", { q }) : t(`empty.${view}`)}</p></div>;
  }
  return (
    <div class="rows" tabIndex={-1}>
      <ul aria-label={t(`view.${view}`)}>{rows.value.map((c) => <Row key={c.id} of={c} />)}</ul>
      {next.value && <More />}
    </div>
  );
}

export function Bones({ n }: { n: number }) {
  return (
    <div class="bones" role="status" aria-label={t("desk.loading")}>
      {Array.from({ length: n }, (_, i) => <div key={i} class="bone" aria-hidden="true"><i /><i /><i /></div>)}
    </div>
  );
}

function More() {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && void loadMore(), { rootMargin: "600px" });
    if (mark.current) watch.observe(mark.current);
    return () => watch.disconnect();
  }, []);
  return <div ref={mark} class="more-rows"><button class="button quiet" disabled={loadingMore.value} onClick={() => void loadMore()}>{loadingMore.value ? t("desk.loading") : t("inbox.more")}</button></div>;
}

function Row({ of: c }: { of: CaseRow }) {
  const { open } = route.value;
  const here = open === c.id;
  const mark = cursor.value === c.id;
  const self = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (mark) self.current?.scrollIntoView({ block: "nearest" });
  }, [mark]);
  return (
    <li>
      <a ref={self} class={`row ${mark ? "mark" : ""} ${c.unread ? "unread" : ""}`} href={link({ open: c.id })} aria-current={here ? "true" : undefined}
        tabIndex={mark ? 0 : -1} onClick={(e) => { cursor.value = c.id; follow(e, { open: c.id }); }}>
        <Icon name={channelIcon(c.channel)} class="faint" />
        <span class="row-name">{called(c.customer)}</span>
        <time class="row-time" dateTime={c.updated_at} title={full(c.updated_at)}>{short(c.updated_at)}</time>
        <span class="row-preview">{c.preview || c.subject}</span>
        {c.unread && <span class="dot"><span class="sr">{t("row.unread")}</span></span>}
        <span class="row-chips"><Chips of={c} /><span class="row-more">{c.dissatisfied && c.next_promise ? "" : waits(c) || (c.owner && c.owner.id !== me.value.agent.id ? c.owner.name : "")}</span></span>
        <span class="sr">{c.subject}, {t("case.number", { number: c.number })}</span>
      </a>
    </li>
  );
}
