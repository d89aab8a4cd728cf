import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { t } from "./texts.ts";
import { dayAfter, dayHour, dayKey, full, hour, moment, now } from "./time.ts";
import { when } from "./when.ts";
import { capital } from "./chip.tsx";

/** Quick choices that are still ahead, an open field that reads words, and the picker of the browser. */
export function DueField({ value, onValue, id, focus, label = t("due.label") }: { value: string; onValue: (text: string) => void; id: string; focus?: boolean; label?: string }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, []);
  const at = when(value);
  const wrong = value.trim() !== "" && !at;
  return (
    <div class="due">
      <label for={id}>{label}</label>
      <div class="due-row">
        <input ref={field} id={id} class="input" autofocus={focus} value={value} placeholder={t("due.hint")} autocomplete="off" aria-describedby={`${id}-read`} aria-invalid={wrong} onInput={(e) => onValue(e.currentTarget.value)} />
        <input class="input pick" type="datetime-local" aria-label={t("due.pick")} value={at ? `${dayKey(at)}T${hour(at)}` : ""} min={`${dayKey(now.value)}T00:00`} onInput={(e) => e.currentTarget.value && onValue(e.currentTarget.value.replace("T", " "))} />
      </div>
      <p class="due-quick">{quick().map((q) => <button key={q.text} type="button" class="chip" aria-pressed={at?.getTime() === q.at.getTime()} onClick={() => onValue(q.text)}>{capital(q.text)}</button>)}</p>
      <p id={`${id}-read`} class={wrong ? "wrong-text" : "soft"} aria-live="polite">{wrong && <Icon name="warn" />}{at ? capital(full(at)) : wrong ? t("due.wrong") : " "}</p>
    </div>
  );
}

function quick(): { text: string; at: Date }[] {
  const choices = [moment(dayAfter(0), 12, 0), moment(dayAfter(0), 16, 0), moment(dayAfter(0), 17, 0), moment(dayAfter(1), 10, 0), moment(dayAfter(1), 12, 0), moment(dayAfter(1), 16, 0)];
  return choices.filter((at) => at.getTime() > now.value + 15 * 60_000).slice(0, 4).map((at) => ({ text: dayHour(at), at }));
}
