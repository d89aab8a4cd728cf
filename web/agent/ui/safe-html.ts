import { inert } from "./trusted.ts";

// Copies the harmless part of markup into new nodes. The server cleaned it already; this is the second lock.
const allowed = new Set(["P", "BR", "B", "STRONG", "I", "EM", "U", "S", "DEL", "CODE", "PRE", "BLOCKQUOTE", "UL", "OL", "LI", "A", "H1", "H2", "H3", "H4", "HR", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "SPAN", "DIV"]);
const dropped = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "EMBED", "HEAD", "TITLE"]);

export function copied(html: string): DocumentFragment {
  const out = document.createDocumentFragment();
  copy(inert(html).body, out);
  return out;
}

function copy(from: Node, to: Node): void {
  for (const node of from.childNodes) {
    if (node instanceof Text || node.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(node.textContent ?? ""));
      continue;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const element = node as Element;
    if (dropped.has(element.tagName)) continue;
    if (!allowed.has(element.tagName)) {
      copy(element, to);
      continue;
    }
    const made = document.createElement(element.tagName);
    const href = element.getAttribute("href") ?? "";
    if (made instanceof HTMLAnchorElement && /^(https?:|mailto:)/i.test(href)) {
      made.href = href;
      made.target = "_blank";
      made.rel = "noopener noreferrer nofollow";
    }
    copy(element, made);
    to.appendChild(made);
  }
}
