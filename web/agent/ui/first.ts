import type { First } from "./types.ts";

// What the server put in the page, so that the first screen needs no request.
const element = document.getElementById("first");
export const first: First = JSON.parse(element?.textContent ?? "{}");
export const root = document.getElementById("desk") as HTMLElement;
