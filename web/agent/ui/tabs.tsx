import { effect, signal } from "@preact/signals";
import { ChatTabs } from "./chat-tabs.tsx";
import { chats } from "./chats.ts";
import { file } from "./casefile.ts";
import { Icon } from "./icon.tsx";
import { rows } from "./inbox.ts";
import { follow, go, link, route } from "./route.ts";
import { t } from "./texts.ts";
import { now, span } from "./time.ts";
import type { CaseRow } from "./types.ts";

// The cases somebody is working on, side by side, each with how long that customer waits.
interface Open { id: string; name: string; waiting: string | null }
const name = "balie.tabs";
const open = signal<Open[]>(JSON.parse(sessionStorage.getItem(name) ?? "[]") as Open[]);

const entry = (c: CaseRow): Open => ({ id: c.id, name: c.customer.name || c.customer.email, waiting: c.waiting_on === "us" && c.status !== "closed" ? c.waiting_since : null });

effect(() => {
  const c = file.value;
  const before = open.peek();
  const fresh = new Map(rows.value.map((r) => [r.id, r]));
  let list = before.map((o) => (fresh.has(o.id) ? entry(fresh.get(o.id)!) : o));
  if (c) list = list.some((o) => o.id === c.id) ? list.map((o) => (o.id === c.id ? entry(c) : o)) : [...list, entry(c)].slice(-5);
  if (JSON.stringify(list) === JSON.stringify(before)) return;
  open.value = list;
  sessionStorage.setItem(name, JSON.stringify(list));
});

function shut(id: string): void {
  const at = open.value.findIndex((o) => o.id === id);
  open.value = open.value.filter((o) => o.id !== id);
  sessionStorage.setItem(name, JSON.stringify(open.value));
  if (route.value.open === id) go({ open: (open.value[at] ?? open.value[at - 1])?.id ?? "" });
}

export function Tabs() {
  return (
    <nav class={`tabs ${chats.value.length ? "with-chats" : ""}`} aria-label={t("tabs.label")}>
      <ChatTabs />
      {open.value.filter((o) => !chats.value.some((c) => c.case.id === o.id)).map((o) => {
        const wait = o.waiting ? now.value - Date.parse(o.waiting) : 0;
        const long = wait > 4 * 3600_000;
        return (
          <span key={o.id} class={`tab ${route.value.open === o.id ? "here" : ""}`}>
            <a href={link({ open: o.id })} aria-current={route.value.open === o.id ? "page" : undefined} onClick={(e) => follow(e, { open: o.id })}>
              <i class={o.waiting ? (long ? "amber" : "accent") : ""} aria-hidden="true" /><b>{o.name}</b>
              <small class={long ? "amber" : ""}>{o.waiting ? span(wait) : t("tabs.calm")}</small>
            </a>
            <button class="tool" aria-label={t("tabs.shut", { name: o.name })} onClick={() => shut(o.id)}><Icon name="close" size={12} /></button>
          </span>
        );
      })}
    </nav>
  );
}
