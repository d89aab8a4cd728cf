// Making nodes. Nothing here turns text into markup: a page may forbid that, and a stranger wrote the text.

export type Kid = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((e: any) => void);

/** An element: attributes by name, listeners as on<event>, then what is in it. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attr: Record<string, Value> = {}, ...kids: Kid[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attr)) {
    if (typeof value === "function") e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) e.setAttribute(name, String(value));
  }
  e.append(...kids.filter((k): k is Node | string => k !== null && k !== undefined && k !== false));
  return e;
}

const space = "http://www.w3.org/2000/svg";

/** A drawing beside a word; screen readers skip it. */
export function icon(shapes: [string, Record<string, string>][], extra = ""): SVGElement {
  const drawing = document.createElementNS(space, "svg");
  const set = { class: `icon ${extra}`.trim(), viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" };
  for (const [name, value] of Object.entries(set)) drawing.setAttribute(name, value);
  for (const [tag, attr] of shapes) {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attr)) shape.setAttribute(name, value);
    drawing.append(shape);
  }
  return drawing;
}

/** Puts these in the place of what was in it. */
export function fill(e: Element, ...kids: Kid[]) {
  e.replaceChildren(...kids.filter((k): k is Node | string => k !== null && k !== undefined && k !== false));
}

let count = 0;
/** A name that nothing else in the panel has. */
export const fresh = (what: string) => `${what}-${++count}`;

/** A field with its label above it. */
export function field<T extends HTMLElement>(label: string, control: T): HTMLElement {
  control.id ||= fresh("field");
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

/** Gives the visitor a file to keep. */
export function save(what: Blob, name: string) {
  const url = URL.createObjectURL(what);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
