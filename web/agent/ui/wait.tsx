import { minutes, present, since } from "./clock.ts";
import { t } from "./texts.ts";

/** How long somebody waits, counting. Amber once it is longer than was promised; the word for that is read aloud. */
export function Wait({ from, late, label = true }: { from: string; late?: string | null; label?: boolean }) {
  const gone = since(from);
  const over = isLate(late);
  return (
    <span class={`wait ${over ? "amber" : ""}`}>
      {label && <span class="sr">{t("chat.waits")} </span>}{minutes(gone)}{over && <span class="sr">, {t("chat.late")}</span>}
    </span>
  );
}

export const isLate = (late?: string | null): boolean => !!late && present() > Date.parse(late);
