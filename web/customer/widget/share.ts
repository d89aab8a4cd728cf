// Tabs of one site share one stream: the tab that holds the lock follows it and tells the others. Without locks (a page
// without https) each tab follows its own.

export interface Share {
  /** Tells the other tabs. */
  tell(message: unknown): void;
  /** This tab stops taking part, for good. */
  stop(): void;
}

export interface Part {
  name: string;
  /** This tab leads from now on, until the signal. */
  lead(signal: AbortSignal): void;
  heard(message: any): void;
}

export function share(p: Part): Share {
  const all = new AbortController();
  if (!navigator.locks || typeof BroadcastChannel !== "function") {
    p.lead(all.signal);
    return { tell() {}, stop: () => all.abort() };
  }
  const channel = new BroadcastChannel(p.name);
  let leading: AbortController | null = null;

  const stand = () => {
    if (all.signal.aborted) return;
    navigator.locks.request(p.name, { signal: all.signal }, () => new Promise<void>((release) => {
      const mine = (leading = new AbortController());
      mine.signal.addEventListener("abort", () => release());
      p.lead(mine.signal);
    })).catch(() => {}); // stopped while it waited
  };
  const yieldLead = () => {
    if (!leading) return;
    leading.abort();
    leading = null;
  };

  channel.addEventListener("message", (e) => {
    if (e.data?.balie !== "lead") return p.heard(e.data);
    if (!leading || !document.hidden) return;
    yieldLead(); // a tab that is looked at follows: the browser lets hidden ones sleep
    stand();
  });
  const seen = () => {
    if (!document.hidden && !leading) channel.postMessage({ balie: "lead" });
  };
  document.addEventListener("visibilitychange", seen);
  // A page that is put aside by the browser may not hold the lock; when it comes back it stands in line again.
  const aside = (e: PageTransitionEvent) => { if (e.persisted) yieldLead(); };
  const back = (e: PageTransitionEvent) => { if (e.persisted) stand(); };
  window.addEventListener("pagehide", aside);
  window.addEventListener("pageshow", back);
  all.signal.addEventListener("abort", () => {
    yieldLead();
    channel.close();
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("pagehide", aside);
    window.removeEventListener("pageshow", back);
  });
  stand();
  return { tell: (m) => { if (!all.signal.aborted) channel.postMessage(m); }, stop: () => all.abort() };
}
