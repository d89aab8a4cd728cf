import { useEffect, useState } from "preact/hooks";
import { words } from "./api.ts";
import { askToNotify, bell, mayNotify, ring, setBell } from "./bell.ts";
import { Icon, type IconName } from "./icon.tsx";
import { push, readPush, turnPushOff, turnPushOn } from "./push.ts";
import { t } from "./texts.ts";

function Switch({ icon, text, on, disabled, under, flip }: { icon: IconName; text: string; on: boolean; disabled?: boolean; under?: string; flip: () => void }) {
  return (
    <>
      <button class="menu-item switch" role="switch" aria-checked={on} disabled={disabled} onClick={flip}><Icon name={icon} /> <span>{text}</span> <b aria-hidden="true">{t(on ? "bell.on" : "bell.off")}</b></button>
      {under && <p class="hint switch-says" role="status">{under}</p>}
    </>
  );
}

/** How something new makes itself known. Permission is asked only when this is turned on. */
export function BellChoice() {
  const [says, setSays] = useState<{ notify?: string; push?: string }>({});
  useEffect(() => void readPush(), []);
  const notify = async () => {
    if (bell.value.notify && mayNotify()) return setBell({ notify: false });
    const may = await askToNotify();
    setBell({ notify: may });
    setSays((s) => ({ ...s, notify: may ? "" : t("bell.refused") }));
  };
  const flipPush = async () => {
    try {
      await (push.value === "on" ? turnPushOff() : turnPushOn());
      setSays((s) => ({ ...s, push: "" }));
    } catch (cause) {
      setSays((s) => ({ ...s, push: cause instanceof DOMException ? t("bell.push_failed") : words(cause) }));
    }
  };
  const state = push.value;
  return (
    <div class="bell-choice" role="group" aria-label={t("bell.label")}>
      <Switch icon="sound" text={t("bell.sound")} on={bell.value.sound} flip={() => { setBell({ sound: !bell.value.sound }); ring("offer"); }} />
      <Switch icon="bell" text={t("bell.notify")} on={bell.value.notify && mayNotify()} under={says.notify} flip={() => void notify()} />
      <Switch icon="screen" text={t("bell.push")} on={state === "on"} disabled={state === "impossible"} flip={() => void flipPush()}
        under={says.push || (state === "impossible" ? t("bell.push_impossible") : state === "refused" ? t("bell.refused") : "")} />
    </div>
  );
}
