import { dayAfter, dayKey, moment, now } from "./time.ts";

// "today 16:00", "vandaag om 16.00 uur", "morgen 10", "vrijdag", "2026-12-01 14:00", "1 dec 14:00", "over 2 uur".

const near: Record<string, number> = { vandaag: 0, today: 0, morgen: 1, tomorrow: 1, overmorgen: 2 };
const weekdays: Record<string, number> = {
  zondag: 0, zo: 0, sunday: 0, sun: 0, maandag: 1, ma: 1, monday: 1, mon: 1, dinsdag: 2, di: 2, tuesday: 2, tue: 2,
  woensdag: 3, wo: 3, wednesday: 3, wed: 3, donderdag: 4, do: 4, thursday: 4, thu: 4, vrijdag: 5, vr: 5, friday: 5, fri: 5,
  zaterdag: 6, za: 6, saturday: 6, sat: 6,
};
const months = ["jan", "feb", "mrt|maart|mar", "apr", "mei|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dec"];

/** The moment meant by what somebody typed, or null when it is not a moment in the future. */
export function when(typed: string): Date | null {
  const text = typed.trim().toLowerCase().replace(/\s+/g, " ");
  if (!text) return null;
  const at = ahead(text) ?? onDay(text);
  return at && at.getTime() > now.value ? at : null;
}

function ahead(text: string): Date | null {
  const m = /^(?:over|in) (\d+) ?(min\w*|m|uur|u|hours?|h|dag(?:en)?|days?|d)$/.exec(text);
  if (!m) return null;
  const unit = /^m/.test(m[2]!) ? 60_000 : /^d/.test(m[2]!) ? 86_400_000 : 3_600_000;
  return new Date(Math.ceil((now.value + Number(m[1]) * unit) / 60_000) * 60_000);
}

function onDay(text: string): Date | null {
  const [date, rest] = dayOf(text);
  const clock = clockOf(rest);
  if (!clock) return null;
  if (date) return moment(date, clock.hours, clock.minutes);
  if (!rest) return null;
  const today = moment(dayAfter(0), clock.hours, clock.minutes);
  return today.getTime() > now.value ? today : moment(dayAfter(1), clock.hours, clock.minutes);
}

/** The day at the start of the text, and what follows it. */
function dayOf(text: string): [string, string] {
  const iso = /^(\d{4}-\d{2}-\d{2})(.*)$/.exec(text);
  if (iso) return [Number.isNaN(Date.parse(iso[1]!)) ? "" : iso[1]!, iso[2]!];
  const numeric = /^(\d{1,2})[-/](\d{1,2})(?:[-/](\d{4}))?\b(.*)$/.exec(text);
  if (numeric) return [dated(Number(numeric[1]), Number(numeric[2]) - 1, numeric[3]), numeric[4]!];
  const named = /^(\d{1,2}) ([a-z]{3,})\.?(?: (\d{4}))?\b(.*)$/.exec(text);
  const month = named ? months.findIndex((m) => new RegExp(`^(?:${m})`).test(named[2]!)) : -1;
  if (named && month >= 0) return [dated(Number(named[1]), month, named[3]), named[4]!];
  const word = /^(?:(?:volgende|next|op|on) )?([a-z]+)\b(.*)$/.exec(text);
  if (word) {
    const days = near[word[1]!];
    if (days !== undefined) return [dayAfter(days), word[2]!];
    const weekday = weekdays[word[1]!];
    if (weekday !== undefined) {
      const today = new Date(`${dayKey(now.value)}T12:00:00Z`).getUTCDay();
      return [dayAfter(((weekday - today + 6) % 7) + 1), word[2]!];
    }
  }
  return ["", text];
}

function dated(dayOfMonth: number, month: number, year: string | undefined): string {
  const today = dayKey(now.value);
  const make = (y: number) => `${y}-${String(month + 1).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
  const first = make(year ? Number(year) : Number(today.slice(0, 4)));
  if (Number.isNaN(Date.parse(first)) || month > 11) return "";
  return !year && first < today ? make(Number(today.slice(0, 4)) + 1) : first;
}

/** The time of day; a day without one means the end of the working day. */
function clockOf(rest: string): { hours: number; minutes: number } | null {
  const text = rest.replace(/^[ ,t]*(?:om|at|voor|before)?\s*/, "").trim();
  if (!text) return { hours: 17, minutes: 0 };
  const m = /^(\d{1,2})(?:[:.](\d{2}))? ?(?:uur|u|h)?(am|pm)?$/.exec(text);
  if (!m) return null;
  let hours = Number(m[1]);
  if (m[3] === "pm" && hours < 12) hours += 12;
  if (m[3] === "am" && hours === 12) hours = 0;
  const minutes = Number(m[2] ?? 0);
  return hours < 24 && minutes < 60 ? { hours, minutes } : null;
}
