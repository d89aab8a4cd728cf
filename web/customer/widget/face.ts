// The round picture of somebody who helps. It is drawn rather than linked: the page may forbid pictures of others.
import { h } from "./dom.ts";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...words.at(-1)!][0] ?? "") : "";
  return (first + last).toUpperCase();
}

const drawn = new Map<string, Promise<ImageBitmap | null>>();

/** The picture at this address, when it lies with the desk itself. */
function load(address: string, base: URL): Promise<ImageBitmap | null> {
  const url = new URL(address, base);
  if (url.origin !== base.origin) return Promise.resolve(null);
  let picture = drawn.get(url.href);
  if (!picture) {
    picture = fetch(url, { credentials: "omit" })
      .then((r) => (r.ok ? r.blob() : Promise.reject(new Error())))
      .then((b) => createImageBitmap(b, { resizeWidth: 96, resizeHeight: 96, resizeQuality: "high" }))
      .catch(() => null);
    drawn.set(url.href, picture);
  }
  return picture;
}

export function face(name: string, address: string, base: URL): HTMLElement {
  const circle = h("span", { class: "face", "aria-hidden": "true" }, initials(name));
  if (address) {
    void load(address, base).then((picture) => {
      if (picture) circle.replaceChildren(canvas(picture));
    });
  }
  return circle;
}

export function canvas(picture: ImageBitmap): HTMLCanvasElement {
  const c = h("canvas", { width: picture.width, height: picture.height });
  c.getContext("2d")?.drawImage(picture, 0, 0);
  return c;
}
