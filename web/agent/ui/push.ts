import { signal } from "@preact/signals";
import { get, post, remove } from "./api.ts";
import { root } from "./first.ts";
import { pushAddress } from "./trusted.ts";

// Messages of the browser that come while no tab is open. The service worker only shows them; it caches nothing.

export type PushState = "unknown" | "impossible" | "refused" | "off" | "on";
export const push = signal<PushState>("unknown");
const scope = "/assets/";

const possible = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && !!root.dataset["push"];

export async function readPush(): Promise<void> {
  if (!possible()) return void (push.value = "impossible");
  if (Notification.permission === "denied") return void (push.value = "refused");
  const here = await navigator.serviceWorker.getRegistration(scope).catch(() => undefined);
  const kept = await here?.pushManager.getSubscription().catch(() => null);
  push.value = kept ? "on" : "off";
}

export async function turnPushOn(): Promise<void> {
  if (!possible()) return void (push.value = "impossible");
  if ((await Notification.requestPermission()) !== "granted") return void (push.value = "refused");
  const { key } = await get<{ key: string }>("/push");
  const worker = await navigator.serviceWorker.register(pushAddress(root.dataset["push"]!), { scope });
  await settled(worker);
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  await post("/push", { endpoint, keys: { p256dh: keys?.["p256dh"], auth: keys?.["auth"] } });
  push.value = "on";
}

export async function turnPushOff(): Promise<void> {
  const here = await navigator.serviceWorker.getRegistration(scope);
  const kept = await here?.pushManager.getSubscription();
  if (kept) {
    await remove("/push", { endpoint: kept.endpoint });
    await kept.unsubscribe();
  }
  push.value = "off";
}

/** A subscription needs a worker that runs. */
function settled(worker: ServiceWorkerRegistration): Promise<void> {
  const next = worker.installing ?? worker.waiting;
  if (worker.active || !next) return Promise.resolve();
  return new Promise((done) => next.addEventListener("statechange", () => next.state === "activated" && done()));
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
