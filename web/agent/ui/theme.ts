import { effect, signal } from "@preact/signals";

// Light, dark or as the machine says. Kept per browser, not per agent: it belongs to the screen.
export type Theme = "" | "light" | "dark";
const name = "balie.theme";
const read = (): Theme => {
  const kept = localStorage.getItem(name);
  return kept === "light" || kept === "dark" ? kept : "";
};
export const theme = signal<Theme>(read());

export function startTheme(): void {
  effect(() => {
    if (theme.value) {
      document.documentElement.dataset["theme"] = theme.value;
      localStorage.setItem(name, theme.value);
    } else {
      delete document.documentElement.dataset["theme"];
      localStorage.removeItem(name);
    }
  });
  addEventListener("storage", (e) => e.key === name && (theme.value = read()));
}

export const nextTheme = (): Theme => (theme.value === "" ? "light" : theme.value === "light" ? "dark" : "");
