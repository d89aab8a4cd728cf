import { file } from "./casefile.ts";
import { chats, jump, jumpToWaiting, nextWaiting } from "./chats.ts";
import type { Command } from "./commands.ts";
import { mode } from "./contact.ts";
import { leads } from "./me.ts";
import { accept, declining, offers } from "./offers.ts";
import { presence, setPresence } from "./presence.ts";
import { openPresence } from "./presence.tsx";
import { go, route } from "./route.ts";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";

const openDialog = (d: typeof dialog.value) => () => void setTimeout(() => { dialog.value = d; });
const is = (state: string) => presence.value?.state === state;
const chatOpen = () => route.value.page === "inbox" && file.value !== null && mode(file.value) !== "mail";

/** What can be done in live chat. A command with a code works with Alt also where somebody types. */
export function chatCommands(): Command[] {
  return [
    { id: "offer-accept", icon: "check", label: t("cmd.accept"), key: "y", code: "KeyY", group: "chat", can: () => offers.value.length > 0, run: () => void accept() },
    { id: "offer-decline", icon: "close", label: t("cmd.decline"), key: "x", code: "KeyX", group: "chat", can: () => offers.value.length > 0, run: () => { declining.value = offers.value[0]?.id ?? ""; } },
    { id: "chat-next", icon: "clock", label: t("cmd.next_waiting"), key: "w", code: "KeyW", group: "chat", can: () => nextWaiting() !== undefined, run: jumpToWaiting },
    ...chats.value.slice(0, 5).map((c, i): Command => ({ id: `chat-${i}`, icon: "chat", label: t("cmd.chat", { name: c.customer.name || t("chat.visitor") }), code: `Digit${i + 1}`, group: "chat", can: () => true, run: () => jump(i) })),
    { id: "chat-end", icon: "leave", label: t("cmd.end_chat"), key: "f", group: "chat", can: chatOpen, run: openDialog("end") },
    { id: "available", icon: "check", label: t("cmd.available"), key: "b", group: "chat", can: () => presence.value !== null && !is("available"), run: () => void setPresence({ state: "available", reason: "" }) },
    { id: "presence", icon: "user", label: t("cmd.presence"), key: "b", group: "chat", can: () => is("available"), run: openPresence },
    { id: "busy", icon: "clock", label: t("cmd.busy"), group: "chat", can: () => presence.value !== null && !is("busy"), run: () => void setPresence({ state: "busy", reason: "" }) },
    { id: "away", icon: "out", label: t("cmd.away"), group: "chat", can: () => presence.value !== null && !is("away"), run: () => void setPresence({ state: "away", reason: "" }) },
    { id: "queue", icon: "queue", label: t("cmd.view", { view: t("rail.queue") }), key: "9", group: "go", can: () => true, run: () => go({ page: "queue", open: "" }) },
    { id: "announce", icon: "notice", label: t("cmd.announce"), group: "desk", can: () => leads.value, run: openDialog("announce") },
  ];
}
