import { day } from "./time.ts";
import { t } from "./texts.ts";
import type { Known } from "./types.ts";

// Words by which an agent would ask for something, in Dutch and English, per field a customer may have given.
const words: Record<string, RegExp> = {
  postcode: /\b(postcode|postal code|zip ?code)\b/i,
  address: /\b(adres|straat|huisnummer|woonplaats|address|street|house number)\b/i,
  phone: /\b(telefoonnummer|telefoon|mobiele? nummer|06-nummer|phone( number)?|mobile number)\b/i,
  customer_number: /\b(klantnummer|relatienummer|customer number|account number)\b/i,
  order_number: /\b(ordernummer|bestelnummer|order number)\b/i,
  invoice_number: /\b(factuurnummer|notanummer|invoice number|bill number)\b/i,
  contract_number: /\b(contractnummer|contract number)\b/i,
  meter_number: /\b(meternummer|meter number)\b/i,
  meter_reading: /\b(meterstand(en)?|stand van (de|je|uw) meter|meter reading)\b/i,
  email: /\b(e-?mail ?adres|mailadres|e-?mail address)\b/i,
  name: /\b(hoe heet je|hoe heet u|(je|uw) naam|your name)\b/i,
  birth_date: /\b(geboortedatum|date of birth|birth date)\b/i,
  iban: /\b(iban|rekeningnummer|bank account( number)?)\b/i,
  moving_date: /\b(verhuisdatum|moving date)\b/i,
};

// Other names the same field goes by.
const same: Record<string, string> = {
  telephone: "phone", telefoon: "phone", tel: "phone", mobile: "phone", adres: "address", street: "address", straat: "address",
  klantnummer: "customer_number", ordernummer: "order_number", factuurnummer: "invoice_number", meternummer: "meter_number",
  meterstand: "meter_reading", zip: "postcode", postal_code: "postcode", naam: "name", order: "order_number", bestelnummer: "order_number", verhuisdatum: "moving_date",
};

const asking = /\?|\b(wat is|wat zijn|mag ik|kun je|kunt u|kan je|wil je|wilt u|stuur|geef|graag|laat .* weten|what is|what are|may i|could you|can you|please|send|let (me|us) know|need)\b/i;

/** The newest answer to each question: what came later is what holds. */
export function newest<T extends { field: string; at: string }>(known: T[]): T[] {
  const found = new Map<string, T>();
  for (const k of known) {
    const had = found.get(k.field);
    if (!had || had.at < k.at) found.set(k.field, k);
  }
  return [...found.values()];
}

/** What the text asks for although the customer gave it already. */
export function alreadyKnown(text: string, known: Known[]): Known[] {
  if (!asking.test(text)) return [];
  return newest(known).filter((k) => {
    const field = same[k.field.toLowerCase()] ?? k.field.toLowerCase();
    const word = words[field] ?? new RegExp(`\\b${k.label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\b`, "i");
    return word.test(text) && !text.includes(k.value);
  });
}

/** Postcode is bekend: 1234 AB, formulier van 12 november */
export function knownLine(k: Known): string {
  const source = k.source ? t("known.from", { source: sourceName(k.source), day: day(k.at) }) : day(k.at);
  return t("known.line", { label: k.label, value: k.value, source });
}

export function sourceName(source: string): string {
  const key = `channel.${source}`;
  const name = t(key);
  return name === key ? source : name;
}
