// What the visitor sent and the desk has not shown back yet. It lies in the browser until the stream shows its id, so
// neither a lost line nor a closed tab loses or doubles a message.
import type { FileInfo } from "./desk.ts";
import type { Keep } from "./keep.ts";

export interface Pending {
  client_id: string;
  text: string;
  files: FileInfo[];
  at: number;
  /** When the desk accepted it; 0 = not yet. */
  sent: number;
  /** Why the desk refused it for good. */
  refused: string;
  /** What else goes with the first message. */
  first?: Record<string, unknown>;
}

export class Outbox {
  constructor(private keep: Keep) {}

  all(): Pending[] {
    const list = this.keep.read<Pending[]>("out");
    return Array.isArray(list) ? list : [];
  }

  add(p: Pending) {
    this.keep.write("out", [...this.all(), p]);
  }

  change(id: string, how: Partial<Pending>) {
    this.keep.write("out", this.all().map((p) => (p.client_id === id ? { ...p, ...how } : p)));
  }

  drop(id: string): boolean {
    const all = this.all();
    const rest = all.filter((p) => p.client_id !== id);
    if (rest.length === all.length) return false;
    this.keep.write("out", rest.length ? rest : null);
    return true;
  }

  clear() {
    this.keep.write("out", null);
  }

  /** The first that has still to go. What was accepted but not shown back goes again after a while; twice does no harm. */
  next(now: number): Pending | undefined {
    return this.all().find((p) => !p.refused && now - p.sent > 20_000);
  }
}
