import { signal } from "@preact/signals";
import type { Sending } from "./outbox.ts";

/** A refused message on its way back into the composer. */
export const restored = signal<Sending | null>(null);
export const restore = (s: Sending) => (restored.value = s);
