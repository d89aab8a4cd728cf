// One stream per browser, shared by all its tabs: a browser allows only six connections to a server.
import { listen, type Told } from "./stream.ts";

const ports = new Set<MessagePort>();
const recent: Told[] = [];
let online: boolean | null = null;
let stream: ReturnType<typeof listen> | null = null;

function tell(message: unknown): void {
  for (const port of ports) port.postMessage(message);
}

function start(after: string): void {
  stream ??= listen(after, {
    told(event) {
      if (event.seq) {
        recent.push(event);
        if (recent.length > 500) recent.shift();
      }
      tell({ event });
    },
    state(is) {
      online = is;
      tell({ online: is });
    },
  });
}

addEventListener("connect", (connect) => {
  const port = (connect as MessageEvent).ports[0]!;
  port.onmessage = ({ data }: MessageEvent<{ after?: string; nudge?: true; bye?: true }>) => {
    if (data.bye) ports.delete(port);
    if (data.nudge) stream?.nudge();
    if (data.after === undefined) return;
    ports.add(port);
    start(data.after);
    // What this tab's page was too old for and the others have already had.
    if (data.after) for (const event of recent) if (Number(event.seq) > Number(data.after)) port.postMessage({ event });
    if (online !== null) port.postMessage({ online });
  };
});
