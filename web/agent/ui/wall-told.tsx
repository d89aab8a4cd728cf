import { minutes } from "./clock.ts";
import { channelIcon, Icon } from "./icon.tsx";
import { t } from "./texts.ts";
import { channelName } from "./wall-words.tsx";
import type { Wall, WallTold } from "./wall.ts";

/** Beside each other what we said and what it was, per channel, on one scale. */
export function Told({ of: w }: { of: Wall }) {
  const list = w.honesty.channels.filter((c) => c.told > 0);
  const most = Math.max(1, ...list.flatMap((c) => [c.mean_told ?? 0, c.mean_real ?? 0]));
  return (
    <section class="wall-card wall-told">
      <h2>{t("wall.told")}</h2>
      {list.length === 0 ? <p class="wall-none soft">{t("wall.told_none")}</p> : <div class="told-list">{list.map((c) => <Channel key={c.channel} of={c} most={most} />)}</div>}
    </section>
  );
}

function Channel({ of: c, most }: { of: WallTold; most: number }) {
  return (
    <div>
      <p class="told-name"><Icon name={channelIcon(c.channel)} /> <b>{channelName(c.channel)}</b> <span class="soft">{t("wall.told_under", { told: c.told, left: c.left })}</span></p>
      <dl>
        <Length name={t("wall.told_said")} seconds={c.mean_told ?? 0} most={most} />
        <Length name={t("wall.told_real")} seconds={c.mean_real ?? 0} most={most} real />
      </dl>
    </div>
  );
}

function Length({ name, seconds, most, real = false }: { name: string; seconds: number; most: number; real?: boolean }) {
  return <div><dt>{name}</dt><dd><span class={`told-bar ${real ? "real" : ""}`}><i style={{ width: `${Math.max(1, (100 * seconds) / most)}%` }} /></span><b>{minutes(seconds * 1000)}</b></dd></div>;
}
