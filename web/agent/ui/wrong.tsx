import { Icon } from "./icon.tsx";

/** What was refused, and what to do. Never by colour: red is for broken promises. */
export function Wrong({ text, alert }: { text: string; alert?: boolean }) {
  return <p class="wrong-text" role={alert ? "alert" : undefined}><Icon name="warn" /> <span>{text}</span></p>;
}
