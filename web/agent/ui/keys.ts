import { commands } from "./commands.ts";
import { cursor } from "./inbox.ts";
import { go, route } from "./route.ts";
import { dialog, drawer } from "./screen.ts";

const typing = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Single letters work everywhere except where somebody types or chooses; Ctrl K works always. */
export function startKeys(): void {
  addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
      e.preventDefault();
      dialog.value = dialog.value === "palette" ? "" : "palette";
      return;
    }
    if (dialog.value || e.defaultPrevented) return;
    if (e.altKey && !e.ctrlKey && !e.metaKey && !e.shiftKey) return withAlt(e);
    if (e.key === "Escape") return back(e);
    if (typing(e.target) || e.ctrlKey || e.metaKey || e.altKey || document.querySelector(":popover-open")) return;
    if (e.key === "Enter") return openMarked(e);
    const command = commands().find((c) => c.key === e.key);
    if (!command) return;
    e.preventDefault();
    command.run();
  });
}

/** By the place of the key: with Alt some keyboards make another letter. */
function withAlt(e: KeyboardEvent): void {
  const command = commands().find((c) => c.code === e.code);
  if (!command) return;
  e.preventDefault();
  command.run();
}

/** Enter opens the case under the mark, also when the focus has not yet followed it. */
function openMarked(e: KeyboardEvent): void {
  const at = document.activeElement;
  if (route.value.page !== "inbox" || !cursor.value || (at !== document.body && !at?.classList.contains("row"))) return;
  e.preventDefault();
  go({ open: cursor.value });
}

/** Esc goes back one step: out of a field, out of the drawer, out of the case. */
function back(e: KeyboardEvent): void {
  if (document.querySelector(":popover-open")) return;
  if (typing(e.target)) {
    (e.target as HTMLElement).blur();
  } else if (drawer.value) {
    drawer.value = false;
  } else if (document.fullscreenElement) {
    void document.exitFullscreen();
  } else if (route.value.page === "wall") {
    go({ page: "inbox" });
  } else if (route.value.open) {
    go({ open: "" });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".row.mark")?.focus());
  }
}
