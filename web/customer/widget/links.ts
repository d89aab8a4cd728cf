// The text of a message with what can be followed in it. Only addresses of pages and mail become links: whatever else
// looks like one stays text.
import { h, type Kid } from "./dom.ts";

const found = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/gi;

/** A closing sign belongs to the sentence, unless the address opened it. */
function trim(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    const pair = last === ")" ? "(" : last === "]" ? "[" : "";
    if (pair ? address.slice(0, end).split(pair).length >= address.slice(0, end).split(last).length : !".,;:!?'\"*_".includes(last)) break;
  }
  return address.slice(0, end);
}

export function safe(address: string): string {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** A link that opens beside the page and tells nobody where it came from. */
export function link(words: string, address: string, attr: Record<string, string> = {}): HTMLElement {
  const href = address.startsWith("tel:") ? (/^tel:\+?[\d ()-]+$/.test(address) ? address : "") : safe(address);
  if (!href) return h("span", {}, words);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", ...attr }, words);
}

export function rich(text: string): Kid[] {
  const kids: Kid[] = [];
  let at = 0;
  for (const m of text.matchAll(found)) {
    const words = trim(m[0]);
    const href = safe(words.includes("://") ? words : `mailto:${words}`);
    if (!href) continue;
    kids.push(text.slice(at, m.index), link(words, href));
    at = m.index + words.length;
  }
  kids.push(text.slice(at));
  return kids;
}
