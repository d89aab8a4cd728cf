import type { ComponentChildren } from "preact";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? words[words.length - 1] : "";
  return ((words[0]?.[0] ?? "?") + (last?.[0] ?? "")).toUpperCase();
}

/** The picture that a colleague gave. It lies over the initials, which show through until it is there, or when it is not. */
export function Portrait({ at }: { at?: string }) {
  return at ? <img class="portrait" src={at} alt="" width={192} height={192} draggable={false} decoding="async" /> : null;
}

/** A colleague in a list. The name stands beside it, so that a screen reader needs no more. */
export function Face({ of: a, children }: { of: { name: string; picture?: string }; children?: ComponentChildren }) {
  return <span class="face small" aria-hidden="true">{initials(a.name)}<Portrait at={a.picture} />{children}</span>;
}
