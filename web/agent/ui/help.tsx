import { commands, keysOf, type Command } from "./commands.ts";
import { Box } from "./dialog.tsx";
import { t } from "./texts.ts";

const also: [keys: string[], text: string][] = [
  [["Ctrl", "K"], "help.palette"], [["Enter"], "help.open"], [["Ctrl", "Enter"], "help.send"], [["Enter"], "help.send_chat"], [["Alt", "Y"], "help.alt"], [["Ctrl", ";"], "help.replies"], [["/"], "help.slash"], [["@"], "help.mention"], [["Esc"], "help.back"],
];

export function Help() {
  const all = commands().filter((c) => keysOf(c).length > 0);
  const group = (name: Command["group"]) => (
    <section>
      <h3>{t(`help.${name}`)}</h3>
      <dl>{all.filter((c) => c.group === name).map((c) => <div key={c.id}><dt>{c.label}</dt><dd>{keysOf(c).map((k) => <kbd key={k} class="kbd">{k}</kbd>)}</dd></div>)}</dl>
    </section>
  );
  return (
    <Box title={t("account.keys")} wide>
      <div class="help-grid">
        {all.some((c) => c.group === "case") && group("case")}
        {all.some((c) => c.group === "chat") && group("chat")}
        {group("list")}
        {group("go")}
        <section>
          <h3>{t("help.always")}</h3>
          <dl>{also.map(([keys, text]) => <div key={text}><dt>{t(text)}</dt><dd>{keys.map((k) => <kbd key={k} class="kbd">{k}</kbd>)}</dd></div>)}</dl>
        </section>
      </div>
    </Box>
  );
}
