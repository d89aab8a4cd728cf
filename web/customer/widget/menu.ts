// What the menu of a conversation offers: the conversation by mail, a sound, the end, a new beginning.
import { endSure, type Person, transcript } from "./details.ts";
import type { Item } from "./frame.ts";
import type { Say } from "./keys.ts";
import { tone } from "./sound.ts";
import type { Talk } from "./talk.ts";

export interface Beside {
  /** Shows a small question. */
  ask(form: HTMLElement): void;
  /** Says how it ended. */
  told(says: string): void;
  person(): Person;
  changed(): void;
}

export class Menu {
  #now = "";
  #list: Item[] = [];

  constructor(private talk: Talk, private say: Say, private beside: Beside) {}

  /** The same list as long as it offers the same. */
  items(talking: boolean): Item[] {
    const running = !!this.talk.running;
    const ended = this.talk.queue?.state === "ended" || !!this.talk.running?.later;
    const sound = this.talk.keep.read<boolean>("sound") ?? false;
    const now = `${talking} ${ended} ${sound} ${running}`;
    if (now === this.#now) return this.#list;
    this.#now = now;
    return this.#list = talking ? this.#made(running, ended, sound) : [];
  }

  #made(running: boolean, ended: boolean, sound: boolean): Item[] {
    const { beside, say, talk } = this;
    const told = (says: string) => beside.told(says);
    const list: Item[] = [];
    if (running) list.push({ label: say("transcript"), run: () => beside.ask(transcript(talk, say, beside.person(), told)) });
    list.push({ label: say(sound ? "sound_off" : "sound_on"), run: () => { talk.keep.write("sound", !sound); if (!sound) tone(); beside.changed(); } });
    if (running && ended) list.push({ label: say("new"), run: () => { talk.reset(); beside.changed(); } });
    if (running && !ended) list.push({ label: say("end"), run: () => beside.ask(endSure(talk, say, told)) });
    return list;
  }
}
