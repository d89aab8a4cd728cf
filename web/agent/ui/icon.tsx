import inbox from "icon:inbox";
import board from "icon:layout-dashboard";
import send from "icon:send";
import mail from "icon:mail";
import form from "icon:clipboard-list";
import clock from "icon:clock";
import check from "icon:check";
import search from "icon:search";
import settings from "icon:settings";
import promise from "icon:handshake";
import handover from "icon:arrow-left-right";
import clip from "icon:paperclip";
import quick from "icon:zap";
import lock from "icon:lock";
import question from "icon:message-circle-question-mark";
import solution from "icon:badge-check";
import user from "icon:user";
import take from "icon:user-check";
import plus from "icon:plus";
import merge from "icon:git-merge";
import snooze from "icon:alarm-clock";
import tag from "icon:tag";
import download from "icon:download";
import file from "icon:file";
import image from "icon:image";
import close from "icon:x";
import left from "icon:chevron-left";
import down from "icon:chevron-down";
import star from "icon:star";
import warn from "icon:triangle-alert";
import frown from "icon:frown";
import offline from "icon:wifi-off";
import eye from "icon:eye";
import pencil from "icon:pencil-line";
import out from "icon:log-out";
import sun from "icon:sun";
import moon from "icon:moon";
import screen from "icon:monitor";
import globe from "icon:globe";
import keys from "icon:keyboard";
import away from "icon:external-link";
import more from "icon:ellipsis";
import history from "icon:history";
import users from "icon:users";
import help from "icon:circle-question-mark";
import again from "icon:refresh-cw";
import phone from "icon:phone";
import building from "icon:building-2";
import side from "icon:panel-right";
import info from "icon:info";
import chat from "icon:message-circle";
import notice from "icon:megaphone";
import bell from "icon:bell";
import sound from "icon:volume-2";
import queue from "icon:hourglass";
import whisper from "icon:ear";
import webpage from "icon:panel-top";
import leave from "icon:door-open";
import mails from "icon:mailbox";
import command from "icon:command";
import dot from "icon:circle-dot";
import at from "icon:at-sign";
import chain from "icon:link";
import shield from "icon:shield-check";
import reopen from "icon:rotate-ccw";

const drawings = {
  inbox, board, send, mail, form, clock, check, search, settings, promise, handover, clip, quick, lock, question, solution, user, take, plus, merge,
  snooze, tag, download, file, image, close, left, down, star, warn, frown, offline, eye, pencil, out, sun, moon, screen, globe, keys, away,
  more, history, users, help, again, phone, building, side, info, chat, notice, bell, sound, queue, whisper, webpage, leave, mails, command, dot, shield, reopen, at, chain,
};
export type IconName = keyof typeof drawings;

/** A drawing beside a word. Alone it says nothing to a screen reader: give the button a label. */
export function Icon({ name, size = 16, class: extra = "" }: { name: IconName; size?: number; class?: string }) {
  return (
    <svg class={`icon ${extra}`} width={size} height={size} style={{ width: `${size}px`, height: `${size}px` }} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      {drawings[name].map(([Tag, attr], i) => <Tag key={i} {...attr} />)}
    </svg>
  );
}

const channels: Record<string, IconName> = { email: "mail", form: "form", phone: "phone", social: "notice", webchat: "chat" };
export const channelIcon = (channel: string): IconName => channels[channel] ?? "mail";
