import { count, t } from "./texts.ts";
import { locale } from "./me.ts";
import { weekday } from "./time.ts";
import { useSize } from "./wall-fit.ts";
import type { WallArrivals } from "./wall.ts";

const whole = (n: number) => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }).format(n);

/** The hours that are worth showing: the working day, wider when something came in outside it. */
function range(a: WallArrivals): [number, number] {
  const busy = a.hours.filter((h) => h.count > 0 || h.usual >= 0.5).map((h) => h.hour);
  return [Math.min(8, a.hour, ...busy), Math.max(17, a.hour, ...busy)];
}

/** A round step, so that there are three or four lines. */
function stepOf(most: number): number {
  const rough = Math.max(most, 4) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  return Math.max(1, [1, 2, 2.5, 5, 10].map((m) => m * ten).find((s) => s >= rough && Number.isInteger(s)) ?? Math.ceil(rough));
}

/** What came in per hour as bars, and what usually does on this day of the week as a dashed line. */
export function Chart({ of: a, at }: { of: WallArrivals; at: string }) {
  const [ref, size, em] = useSize<HTMLDivElement>();
  const day = weekday(at);
  const said = a.weeks ? t("wall.arrivals_said", { n: whole(a.today), usual: whole(a.usual_by_now), day }) : t("wall.arrivals_said_first", { n: whole(a.today), day });
  return (
    <>
      <p class="wall-key" aria-hidden="true"><span><i class="bar" /> {t("time.today")}</span>{a.weeks > 0 && <span><i class="usual" /> {count("wall.usual_key", a.weeks, { day })}</span>}</p>
      <div class="wall-chart" ref={ref} role="img" aria-label={said}>
        {size.w > 0 && size.h > 40 && <Drawing of={a} w={size.w} h={size.h} em={em} />}
      </div>
    </>
  );
}

function Drawing({ of: a, w, h, em }: { of: WallArrivals; w: number; h: number; em: number }) {
  const [first, end] = range(a);
  const hours = a.hours.slice(first, end + 1);
  const most = Math.max(...hours.map((x) => Math.max(x.count, x.usual)));
  const step = stepOf(most);
  const top = Math.max(step, Math.ceil(most / step) * step);
  const left = em * (String(top).length * 0.62 + 0.6), bottom = em * 1.6, head = em * 0.6;
  const wide = (w - left) / hours.length, high = h - bottom - head;
  const x = (i: number) => left + i * wide;
  const y = (n: number) => head + high * (1 - n / top);
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  const each = Math.max(1, Math.ceil((em * 3.4) / wide));
  const usual = hours.map((u, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(u.usual).toFixed(1)}H${x(i + 1).toFixed(1)}`).join("");
  return (
    <svg width={w} height={h} viewBox={`0 0 ${w} ${h}`} aria-hidden="true" focusable="false">
      {lines.map((n) => <g key={n}><line class={n ? "rule" : "base"} x1={left} x2={w} y1={y(n)} y2={y(n)} /><text class="tick" x={left - em * 0.5} y={y(n) + em * 0.33} text-anchor="end">{n}</text></g>)}
      {hours.map((b, i) => b.count > 0 && <rect key={b.hour} class={b.hour === a.hour ? "bar now" : "bar"} x={x(i) + wide * 0.12} y={y(b.count)} width={wide * 0.76} height={Math.max(0, y(0) - y(b.count))} rx={Math.min(em * 0.25, wide * 0.1)} />)}
      {a.weeks > 0 && <path class="usual" d={usual} />}
      {hours.map((b, i) => (i % each === 0 || b.hour === a.hour) && (b.hour === a.hour || Math.abs(b.hour - a.hour) >= each || each === 1) && (
        <text key={b.hour} class={b.hour === a.hour ? "tick here" : "tick"} x={x(i) + wide / 2} y={h - em * 0.35} text-anchor="middle">{b.hour === a.hour ? t("wall.now") : b.hour}</text>
      ))}
    </svg>
  );
}
