// The service worker for web push: shows what the server sent and opens the case when it is clicked. It answers no
// requests and keeps nothing, so an old one can never show an old page.

interface Client { url: string; focus(): Promise<Client>; postMessage(message: unknown): void }
interface Waits { waitUntil(work: Promise<unknown>): void }
interface Worker {
  addEventListener(kind: "push", hear: (e: Waits & { data: { json(): unknown } | null }) => void): void;
  addEventListener(kind: "notificationclick", hear: (e: Waits & { notification: Notification }) => void): void;
  addEventListener(kind: "install", hear: () => void): void;
  skipWaiting(): Promise<void>;
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
  clients: { matchAll(which: { type: "window"; includeUncontrolled: true }): Promise<Client[]>; openWindow(address: string): Promise<unknown> };
}
const worker = self as unknown as Worker;

worker.addEventListener("install", () => void worker.skipWaiting());

worker.addEventListener("push", (e) => {
  let said: { title?: string; body?: string; case?: string; tag?: string } = {};
  try {
    said = (e.data?.json() ?? {}) as typeof said;
  } catch {
    // A message without readable text still has to show something, or the browser shows its own.
  }
  e.waitUntil(worker.registration.showNotification(said.title || "Balie", { body: said.body ?? "", tag: said.tag || "balie", data: said.case ?? "" }));
});

worker.addEventListener("notificationclick", (e) => {
  e.notification.close();
  const id = String(e.notification.data ?? "");
  const to = /^\d+$/.test(id) ? `/desk/cases/${id}` : "/desk";
  e.waitUntil(
    worker.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (open) => {
      const desk = open.find((c) => new URL(c.url).pathname.startsWith("/desk"));
      if (!desk) return worker.clients.openWindow(to);
      desk.postMessage({ open: to });
      return desk.focus();
    }),
  );
});
