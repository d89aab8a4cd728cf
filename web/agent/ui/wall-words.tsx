import { known, t } from "./texts.ts";
import { now } from "./time.ts";

export const channelName = (channel: string): string => known(`wall.channel_${channel}`, channel);

/** In minutes, so looked at with the slow clock. */
export function Age({ at }: { at: string }) {
  return <>{age(now.value - Date.parse(at))}</>;
}

export function age(milliseconds: number): string {
  const n = Math.max(0, Math.floor(milliseconds / 60_000));
  if (n < 60) return t("time.minutes", { n });
  if (n < 24 * 60) return n % 60 === 0 ? t("time.hours", { n: n / 60 }) : t("time.hours_minutes", { n: Math.floor(n / 60), m: String(n % 60).padStart(2, "0") });
  return t("time.days", { n: Math.floor(n / 1440) });
}
