import { first } from "./first.ts";

type Values = Record<string, string | number>;

/** The text for a key in the agent's language; {name} is replaced. A key without text shows itself, so that it is seen. */
export function t(key: string, values?: Values): string {
  const text = first.texts[key] ?? key;
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (name in values ? String(values[name]) : all));
}

/** The text for a number of things: key_one or key_other. */
export function count(key: string, n: number, values?: Values): string {
  return t(n === 1 ? `${key}_one` : `${key}_other`, { n, ...values });
}

/** The text for a key that may be unknown here, such as a kind the server added later. */
export function known(key: string, otherwise: string): string {
  return first.texts[key] ?? otherwise;
}
