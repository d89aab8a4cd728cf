// What the button and the panel know of each other. The button is small and loads first; the panel comes when somebody
// opens it.

/** The organisation's colours, as the desk gives them. */
export interface Accent {
  light: string;
  light_bg: string;
  on_light: string;
  dark: string;
  dark_bg: string;
  on_dark: string;
}

/** What the script tag says. */
export interface Place {
  /** The organisation's part of the desk: https://desk.example/o/slug/ */
  base: URL;
  lang: "nl" | "en";
  site: string;
  identity: string;
}

/** The element, as the panel sees it. */
export interface Host extends Place {
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** What the page told about the visitor. */
  known: Record<string, string>;
  unread(count: number): void;
  paint(accent: Accent | null): void;
}

/** The panel, as the element sees it. */
export interface Panel {
  /** Opens it; byHand when the visitor asked for it now, which moves the focus. */
  open(byHand: boolean): void;
  close(): void;
  /** The page told something about the visitor. */
  given(): void;
}

/** Where the widget keeps something in the browser of the visitor. */
export const place = (base: URL, name: string) => `balie:${base.href}:${name}`;
