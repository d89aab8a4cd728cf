import { signal } from "@preact/signals";
import { locale, me } from "./me.ts";
import { t } from "./texts.ts";

/** The present moment, moved on twice a minute: what shows a wait or a deadline reads it. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 30_000);

const made = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale.value + JSON.stringify(options);
  let f = made.get(name);
  if (!f) {
    f = new Intl.DateTimeFormat(locale.value === "en" ? "en-GB" : locale.value, { timeZone: me.value.org.timezone || undefined, ...options });
    made.set(name, f);
  }
  return f;
}

/** 14:32 */
export function hour(at: string | number | Date): string {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** How a time is said: 16.00 in Dutch, 16:00 in English. */
export function said(at: string | number | Date): string {
  const text = hour(at);
  return locale.value === "nl" ? text.replace(":", ".") : text;
}

/** 2026-11-21 in the organisation's time zone. */
export function dayKey(at: string | number | Date): string {
  const parts = Object.fromEntries(
    format({ year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(at)).map((p) => [p.type, p.value]),
  );
  return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
}

/** Whole days from today: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAway(at: string | number | Date): number {
  return Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(now.value))) / 86_400_000);
}

/** today, tomorrow, Friday, 12 Nov */
export function day(at: string | number | Date): string {
  const away = daysAway(at);
  if (away === 0) return t("time.today");
  if (away === 1) return t("time.tomorrow");
  if (away === -1) return t("time.yesterday");
  if (away > 1 && away < 7) return format({ weekday: "long" }).format(new Date(at));
  const year = dayKey(at).slice(0, 4) !== dayKey(now.value).slice(0, 4);
  return format({ day: "numeric", month: "short", ...(year ? { year: "numeric" } : {}) }).format(new Date(at)).replace(".", "");
}

/** today 16.00, Friday 10.00 */
export function dayHour(at: string | number | Date): string {
  return `${day(at)} ${said(at)}`;
}

/** The time of a row: the hour today, else the day. */
export function short(at: string): string {
  return daysAway(at) === 0 ? hour(at) : day(at);
}

/** Everything, for a title: Saturday 21 November 2026 14:32 */
export function full(at: string | number | Date): string {
  return format({ weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** Saturday 21 November */
export function fullDay(at: string | number | Date): string {
  return format({ weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
}

/** Saturday */
export function weekday(at: string | number | Date): string {
  return format({ weekday: "long" }).format(new Date(at));
}

/** 8 min, 1 u 28, 3 d: how long between two moments. */
export function span(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 60) return t("time.minutes", { n: minutes });
  if (minutes < 48 * 60) {
    return minutes % 60 === 0 ? t("time.hours", { n: minutes / 60 }) : t("time.hours_minutes", { n: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
  }
  return t("time.days", { n: Math.floor(minutes / 1440) });
}

/** The moment a clock in the organisation's time zone shows the given day (yyyy-mm-dd) and time. */
export function moment(dayText: string, hours: number, minutes: number): Date {
  const wanted = Date.parse(`${dayText}T00:00:00Z`) + (hours * 60 + minutes) * 60_000;
  let guess = wanted;
  for (let i = 0; i < 2; i++) {
    const shown = Date.parse(`${dayKey(guess)}T${hour(guess)}:00Z`);
    guess += wanted - shown;
  }
  return new Date(guess);
}

/** The day so many days after today, as yyyy-mm-dd. */
export function dayAfter(days: number): string {
  return new Date(Date.parse(dayKey(now.value)) + days * 86_400_000).toISOString().slice(0, 10);
}
