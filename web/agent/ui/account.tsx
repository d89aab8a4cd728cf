import { remove, words } from "./api.ts";
import { BellChoice } from "./bell-choice.tsx";
import { Icon } from "./icon.tsx";
import { locale, me, saveMe } from "./me.ts";
import { say } from "./notice.ts";
import { PresenceChoice } from "./presence.tsx";
import { dialog } from "./screen.ts";
import { theme, type Theme } from "./theme.ts";
import { t } from "./texts.ts";

const themes: [Theme, "sun" | "moon" | "screen"][] = [["light", "sun"], ["dark", "moon"], ["", "screen"]];

async function speak(to: string): Promise<void> {
  try {
    await saveMe({ locale: to, signature: me.value.agent.signature });
    location.reload(); // the catalogue comes with the page
  } catch (cause) {
    say(words(cause), "red");
  }
}

export async function signOut(): Promise<void> {
  try {
    await remove("/session");
    location.assign("/sign-in");
  } catch (cause) {
    say(words(cause), "red");
  }
}

const shut = () => document.getElementById("account")?.hidePopover();
const open = (what: "signature" | "help") => {
  shut();
  dialog.value = what;
};

/** The menu under one's own initials. */
export function Account() {
  const { agent, org } = me.value;
  return (
    <div id="account" class="menu account" popover="auto">
      <p class="menu-head"><b>{agent.name}</b><span>{agent.email}</span><span>{org.name} · {t(`role.${agent.role}`)}</span></p>
      <PresenceChoice />
      <BellChoice />
      <div class="choice-row" role="group" aria-label={t("account.language")}>
        <Icon name="globe" />
        {["nl", "en"].map((l) => <button key={l} lang={l} aria-pressed={locale.value === l} onClick={() => locale.value !== l && void speak(l)}>{l === "nl" ? "Nederlands" : "English"}</button>)}
      </div>
      <div class="choice-row" role="group" aria-label={t("account.theme")}>
        {themes.map(([name, icon]) => (
          <button key={name} aria-pressed={theme.value === name} onClick={() => (theme.value = name)}><Icon name={icon} size={14} /> {t(`theme.${name || "system"}`)}</button>
        ))}
      </div>
      <button class="menu-item" onClick={() => open("signature")}><Icon name="pencil" /> {t("account.signature")}</button>
      <button class="menu-item" onClick={() => open("help")}><Icon name="keys" /> {t("account.keys")} <kbd class="kbd">?</kbd></button>
      <button class="menu-item" onClick={() => void signOut()}><Icon name="out" /> {t("account.out")}</button>
    </div>
  );
}
