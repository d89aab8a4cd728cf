import { serverSays } from "./clock.ts";
import { t } from "./texts.ts";

/** A refusal with what the server says about it, or the network being away (kind "offline"). */
export class Refused extends Error {
  constructor(readonly kind: string, readonly key: string, message: string, readonly status: number) {
    super(message);
  }
  /** True when the same request may work later without a change. */
  get later(): boolean {
    return this.kind === "offline" || this.status === 429 || this.status >= 500;
  }
}

const base = "/api/v1";

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, keepalive = false): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/json" }, credentials: "same-origin", signal, keepalive };
  if (body instanceof FormData) {
    init.body = body;
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  let answer: Response;
  try {
    answer = await fetch(base + path, init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Refused("offline", "desk.offline", t("desk.offline"), 0);
  }
  serverSays(answer.headers.get("Date"));
  if (answer.status === 401) signIn();
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

async function refusal(answer: Response): Promise<Refused> {
  const otherwise = t("desk.failed");
  try {
    const { error } = (await answer.json()) as { error: { kind: string; key: string; message: string } };
    return new Refused(error.kind, error.key, error.message || otherwise, answer.status);
  } catch {
    return new Refused("unknown", "desk.failed", otherwise, answer.status);
  }
}

/** The session ended: drafts are on disk already, so leaving loses nothing. */
function signIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}) => call<T>("POST", path, body);
/** With last it arrives even when the page is being left. */
export const put = <T>(path: string, body: unknown, last = false) => call<T>("PUT", path, body, undefined, last);
export const remove = (path: string, body?: unknown) => call<void>("DELETE", path, body);

/** Where the browser itself fetches a file from. */
export const address = (path: string) => base + path;

/** The words for a failure, to show beside what failed. */
export function words(cause: unknown): string {
  return cause instanceof Refused ? cause.message : t("desk.failed");
}
