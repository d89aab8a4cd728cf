// Times as people say them.

/** English as it is written here: a clock of 24 hours, no comma before "and". */
const local = (lang: string) => (lang === "en" ? "en-GB" : lang);

export function clock(at: string, lang: string): string {
  const text = new Date(at).toLocaleTimeString(local(lang), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return lang === "nl" ? text.replace(":", ".") : text;
}

export const dayOf = (at: string) => new Date(at).toDateString();

export function day(at: string, lang: string): string {
  return new Date(at).toLocaleDateString(local(lang), { weekday: "long", day: "numeric", month: "long" });
}

export function names(list: string[], lang: string): string {
  return new Intl.ListFormat(local(lang), { type: "conjunction" }).format(list);
}

export function size(bytes: number, lang: string): string {
  const mb = bytes / (1 << 20);
  if (mb >= 1) return `${mb.toLocaleString(local(lang), { maximumFractionDigits: 1 })} MB`;
  return `${Math.max(1, Math.round(bytes / 1024)).toLocaleString(local(lang))} kB`;
}
