import { claim, file } from "./casefile.ts";
import { chatCommands } from "./chat-commands.ts";
import { step } from "./inbox.ts";
import type { IconName } from "./icon.tsx";
import { leads, me } from "./me.ts";
import { walkMentions } from "./mentions.tsx";
import { go, route, views } from "./route.ts";
import { compose, dialog, drawer } from "./screen.ts";
import { nextTheme, theme } from "./theme.ts";
import { t } from "./texts.ts";
import { toggleWhole } from "./wall.ts";
import { signOut } from "./account.tsx";

/** Everything that can be done, by key and by name. The palette and the help are made of this list. With a code, Alt and
 that key works also where somebody types. */
export interface Command { id: string; icon: IconName; label: string; key?: string; code?: string; group: "case" | "list" | "go" | "desk" | "chat"; can: () => boolean; run: () => void }

const inbox = () => route.value.page === "inbox";
const listed = () => inbox() || route.value.page === "mentions";
const withCase = () => inbox() && file.value !== null;
const always = () => true;
/** A moment later, so that the key itself does not land in the first field. */
const openDialog = (d: typeof dialog.value) => () => void setTimeout(() => { dialog.value = d; });

function walk(by: 1 | -1): void {
  const to = step(by);
  if (to && route.value.open) go({ open: to.id }, true);
  else requestAnimationFrame(() => document.querySelector<HTMLElement>(".row.mark")?.focus());
}

export function commands(): Command[] {
  const list: Command[] = [
    { id: "reply", icon: "mail", label: t("cmd.reply"), key: "r", group: "case", can: withCase, run: () => compose("message") },
    { id: "note", icon: "lock", label: t("cmd.note"), key: "n", group: "case", can: withCase, run: () => compose("note") },
    { id: "question", icon: "question", label: t("cmd.question"), key: "q", group: "case", can: withCase, run: () => compose("question") },
    { id: "promise", icon: "promise", label: t("cmd.promise"), key: "a", group: "case", can: withCase, run: () => compose("promise") },
    { id: "solution", icon: "solution", label: t("cmd.solution"), key: "s", group: "case", can: withCase, run: () => compose("solution") },
    { id: "handover", icon: "handover", label: t("cmd.handover"), key: "o", group: "case", can: withCase, run: openDialog("handover") },
    { id: "take", icon: "take", label: t("cmd.take"), key: "e", group: "case", can: withCase, run: () => void claim() },
    { id: "snooze", icon: "snooze", label: t("cmd.snooze"), key: "z", group: "case", can: withCase, run: openDialog("snooze") },
    { id: "tags", icon: "tag", label: t("cmd.tags"), key: "t", group: "case", can: withCase, run: openDialog("tags") },
    { id: "needs", icon: "solution", label: t("cmd.needs"), key: "v", group: "case", can: withCase, run: openDialog("needs") },
    { id: "merge", icon: "merge", label: t("cmd.merge"), key: "m", group: "case", can: withCase, run: openDialog("merge") },
    { id: "customer", icon: "side", label: t("cmd.customer"), key: "i", group: "case", can: withCase, run: () => { drawer.value = !drawer.value; } },
    { id: "link", icon: "chain", label: t("cmd.link"), group: "case", can: withCase, run: openDialog("link") },
    { id: "down", icon: "down", label: t("cmd.down"), key: "j", group: "list", can: listed, run: () => (inbox() ? walk(1) : walkMentions(1)) },
    { id: "up", icon: "down", label: t("cmd.up"), key: "k", group: "list", can: listed, run: () => (inbox() ? walk(-1) : walkMentions(-1)) },
    { id: "search", icon: "search", label: t("cmd.search"), key: "/", group: "list", can: inbox, run: () => void setTimeout(() => document.getElementById("search")?.focus()) },
    { id: "new", icon: "plus", label: t("cmd.new"), key: "c", group: "list", can: always, run: openDialog("new") },
    ...views.map((v, i): Command => ({ id: `view-${v}`, icon: "inbox", label: t("cmd.view", { view: t(`view.${v}`) }), key: String(i + 1), group: "go", can: always, run: () => go({ page: "inbox", view: v, open: "", q: "" }) })),
    { id: "mentions", icon: "at", label: t("rail.mentions"), key: "8", group: "go", can: always, run: () => go({ page: "mentions", open: "" }) },
    ...chatCommands(),
    { id: "board", icon: "board", label: t("rail.board"), group: "go", can: () => leads.value, run: () => go({ page: "board", open: "" }) },
    { id: "wall", icon: "screen", label: t("cmd.wall"), key: "0", group: "go", can: always, run: () => go({ page: "wall", open: "" }) },
    { id: "wall-full", icon: "screen", label: t("cmd.wall_full"), key: "f", group: "go", can: () => route.value.page === "wall", run: toggleWhole },
    { id: "outbox", icon: "mails", label: t("rail.outbox"), group: "go", can: () => me.value.agent.role === "admin", run: () => go({ page: "outbox", open: "" }) },
    { id: "manage", icon: "settings", label: t("rail.manage"), group: "go", can: () => me.value.agent.role === "admin", run: () => location.assign("/manage/") },
    { id: "help", icon: "keys", label: t("account.keys"), key: "?", group: "desk", can: always, run: openDialog("help") },
    { id: "theme", icon: "moon", label: t("cmd.theme"), group: "desk", can: always, run: () => { theme.value = nextTheme(); } },
    { id: "signature", icon: "pencil", label: t("account.signature"), group: "desk", can: always, run: openDialog("signature") },
    { id: "out", icon: "out", label: t("account.out"), group: "desk", can: always, run: () => void signOut() },
  ];
  return list.filter((c) => c.can());
}

/** The keys of a command as they stand on the keyboard: E, Alt 1. */
export const keysOf = (c: Command): string[] => (c.key ? [c.key.toUpperCase()] : c.code ? ["Alt", c.code.slice(-1)] : []);
