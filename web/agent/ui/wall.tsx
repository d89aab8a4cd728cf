import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { capital } from "./chip.tsx";
import { minutes, present, since } from "./clock.ts";
import { channelIcon, Icon, type IconName } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { online } from "./live.ts";
import { me } from "./me.ts";
import { t } from "./texts.ts";
import { daysAway, dayHour, fullDay, hour, now, said } from "./time.ts";
import { Told } from "./wall-told.tsx";
import { Arrived, People, Promised, Unhappy } from "./wall-lists.tsx";
import { Age, channelName } from "./wall-words.tsx";
import { readAt, toggleWhole, wall, wallError, loadWall, watchWall, whole, type Wall, type WallWaiting } from "./wall.ts";

/** A few points to and fro, another place every two minutes, so that no line burns into a screen that is on all day. */
const places = [[0, 0], [3, 1], [5, 3], [3, 5], [0, 6], [-3, 5], [-5, 3], [-3, 1]] as const;

/** Now at the desk for everybody in the room: read from five metres, live, without a hand on the keyboard. */
export function WallPage() {
  useEffect(watchWall, []);
  const w = wall.value;
  const [x, y] = places[Math.floor(now.value / 120_000) % places.length] ?? places[0];
  return (
    <main class={`wall ${whole.value ? "whole" : ""} ${w && (wallError.value || !online.value) ? "stale" : ""}`} id="main" tabIndex={0}>
      <div class="wall-in" style={{ "--x": `${x}px`, "--y": `${y}px` }}>
        <Head of={w} />
        {!w && !wallError.value && <Bones n={6} />}
        {!w && wallError.value && <div class="says" role="alert"><Icon name="warn" size={22} /><p><b>{t("wall.failed")}</b></p><p>{wallError.value}</p><button class="button" onClick={() => void loadWall()}><Icon name="again" /> {t("desk.again")}</button></div>}
        {w && <><Cards of={w} /><Arrived of={w} /><Promised of={w} /><People of={w} /><Told of={w} /><Unhappy of={w} /></>}
      </div>
    </main>
  );
}

function Head({ of: w }: { of: Wall | null }) {
  const away = wallError.value !== "" || !online.value;
  return (
    <header class="wall-head">
      <div><h1>{t("wall.title")}</h1><p class="soft">{capital(fullDay(now.value))} · {me.value.org.name}{w && <> · <Opening of={w} /></>}</p></div>
      <div class="wall-right">
        {w && <p class={`wall-fresh ${away ? "away" : ""}`} role="status"><Icon name={away ? "offline" : "check"} /> {t(away ? "wall.stale" : "wall.updated", { time: said(readAt.value) })}</p>}
        <button class="tool" aria-label={t(whole.value ? "wall.back" : "wall.full")} title={`${t(whole.value ? "wall.back" : "wall.full")} (F)`} onClick={toggleWhole}><Icon name="screen" size={18} /></button>
        <Clock />
      </div>
    </header>
  );
}

function Opening({ of: w }: { of: Wall }) {
  if (w.open) return <>{w.closes_at && daysAway(w.closes_at) === 0 ? t("wall.open", { time: said(w.closes_at) }) : t("wall.open_now")}</>;
  return <>{w.opens_at ? t("wall.shut", { time: dayHour(w.opens_at) }) : t("wall.shut_long")}</>;
}

/** Moves on with the second, so that the minute is never late. */
function Clock() {
  void since("1970-01-01T00:00:00Z");
  return <time class="wall-clock">{hour(present())}</time>;
}

function Cards({ of: w }: { of: Wall }) {
  const live = w.waiting.filter((x) => x.live), written = w.waiting.filter((x) => !x.live);
  const danger = w.promises.broken + w.promises.due_hour;
  return (
    <dl class="wall-cards">
      <Card name={t("wall.live")} icon="queue" value={total(live)}>{live.length === 0 ? t("wall.live_none") : <><Channels of={live} /><Longest of={live} counting /></>}</Card>
      <Card name={t("wall.written")} icon="mail" value={total(written)}>{written.length === 0 ? t("wall.live_none") : <><Channels of={written} /><Longest of={written} /></>}</Card>
      <Honest of={w} />
      <Card name={t("wall.danger")} icon="promise" value={String(danger)} tone={w.promises.broken ? "red" : danger ? "amber" : ""}>
        {danger === 0 ? t("wall.danger_none") : <><span class={w.promises.broken ? "red-text" : ""}>{t("wall.danger_late", { late: w.promises.broken })}</span><span class={w.promises.due_hour ? "amber-text" : ""}>{t("wall.danger_soon", { soon: w.promises.due_hour })}</span></>}
      </Card>
      <Card name={t("wall.unhappy")} icon="frown" value={String(w.dissatisfied.count)} tone={w.dissatisfied.count ? "red" : ""}>{t("wall.unhappy_goal")}</Card>
      <Card name={t("wall.there")} icon="users" value={String(w.people.available)}><span>{t("wall.busy", { busy: w.people.busy })}</span><span>{t("wall.away", { away: w.people.away })}</span></Card>
    </dl>
  );
}

function Card({ name, icon, value, tone = "", children }: { name: string; icon: IconName; value: string; tone?: string; children: ComponentChildren }) {
  return <div class={tone}><dt><Icon name={icon} /> {name}</dt><dd class="big">{value}</dd><dd class="sub">{children}</dd></div>;
}

/** Counted up to a thousand: then there may be more. */
function total(list: WallWaiting[]): string {
  const n = list.reduce((sum, w) => sum + w.count, 0);
  return n >= 1000 ? "1000+" : String(n);
}

function Channels({ of: list }: { of: WallWaiting[] }) {
  return <span class="wall-channels">{list.map((w) => <span key={w.channel} title={channelName(w.channel)}><Icon name={channelIcon(w.channel)} /> <span class="sr">{channelName(w.channel)} </span>{w.count}</span>)}</span>;
}

function Longest({ of: list, counting = false }: { of: WallWaiting[]; counting?: boolean }) {
  const from = list.map((w) => w.since ?? "").filter(Boolean).sort()[0];
  if (!from) return null;
  return <span>{t("wall.longest")} <b>{counting ? <Counting from={from} /> : <Age at={from} />}</b></span>;
}

function Counting({ from }: { from: string }) {
  return <>{minutes(since(from))}</>;
}

/** The share that was helped within what we said; more than the goal is no better. The word says which, not a colour. */
function Honest({ of: w }: { of: Wall }) {
  const { within, least, most } = w.honesty;
  if (within === null) return <Card name={t("wall.honest")} icon="shield" value="–">{t("wall.untold")}</Card>;
  const goal = { least: Math.round(least * 100), most: Math.round(most * 100) };
  const says = t(within < least ? "wall.under" : within > most ? "wall.over" : "wall.fair");
  return <Card name={t("wall.honest")} icon="shield" value={t("wall.percent", { n: Math.round(within * 100) })}><span>{within >= least && within <= most && <Icon name="check" />} {says}</span><span>{t("wall.goal", goal)}</span></Card>;
}
