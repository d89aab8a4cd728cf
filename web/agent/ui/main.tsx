import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { file, startFile } from "./casefile.ts";
import { root } from "./first.ts";
import { startInbox } from "./inbox.ts";
import { startKeys } from "./keys.ts";
import { startLive } from "./live.ts";
import { locale, me } from "./me.ts";
import { startOutbox } from "./outbox.ts";
import { route } from "./route.ts";
import { t } from "./texts.ts";
import { startTheme } from "./theme.ts";

document.documentElement.lang = locale.value;
startTheme();
effect(() => {
  const name = file.value ? `${file.value.customer.name || file.value.customer.email} · ${file.value.number}` : route.value.page === "inbox" ? t(`view.${route.value.view}`) : t(`rail.${route.value.page}`);
  document.title = `${name} · ${me.value.org.name}`;
});
startInbox();
startFile();
startKeys();
render(<App />, root);
startLive();
startOutbox();
