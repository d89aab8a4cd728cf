import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { minutes, since, until } from "./clock.ts";
import { AnswerChip, CallChip } from "./chip.tsx";
import { channelIcon, Icon } from "./icon.tsx";
import { accept, answering, decline, declining, offers } from "./offers.ts";
import { needWords } from "./needs.tsx";
import { initials } from "./face.tsx";
import { t } from "./texts.ts";
import type { Offer } from "./chat-types.ts";
import { called } from "./who.ts";

const reasons = ["busy", "skill", "leaving"];

/** The offers lie over the foot of the list: beside the work, never over it, and they take no focus. */
export function Offers() {
  if (!offers.value.length) return null;
  return (
    <section class="offers" aria-label={t("offer.label")}>
      {offers.value.map((o, i) => <Card key={o.id} of={o} first={i === 0} />)}
    </section>
  );
}

function Card({ of: o, first }: { of: Offer; first: boolean }) {
  const who = called(o.customer);
  const wait = answering.value !== "";
  return (
    <article class="offer" aria-label={t(o.contact ? "offer.title" : "offer.title_written", { name: who })}>
      <header>
        <span class="face" aria-hidden="true">{initials(who)}</span>
        <div><h2>{who}</h2><p>{o.contact ? t(o.customer.verified ? "chat.verified" : "chat.unverified") : <><Icon name={channelIcon(o.channel)} size={13} /> {o.case.subject}</>}</p></div>
        <Waited since={o.waiting_since} />
      </header>
      <blockquote>{o.text}</blockquote>
      {o.answer_due && <p class="offer-due">{o.call_at ? <CallChip from={o.call_at} to={o.answer_due} /> : <AnswerChip due={o.answer_due} />}</p>}
      <dl>
        {(o.needs ?? []).length > 0 && <div><dt>{t("need.asked")}</dt><dd>{o.needs!.map(needWords).join(", ")}</dd></div>}
        {(o.known ?? []).slice(0, 4).map((k) => <div key={k.label}><dt>{k.label}</dt><dd>{k.value}</dd></div>)}
        {o.page?.url && <div><dt>{t("chat.page")}</dt><dd title={o.page.url}>{o.page.title || o.page.url}</dd></div>}
      </dl>
      <p class="offer-why"><Icon name="info" size={13} /> {o.reason.text}</p>
      {o.contact && <Left of={o} />}
      {declining.value === o.id ? <Why of={o} /> : (
        <p class="offer-acts">
          <button class="button primary" disabled={wait} onClick={() => void accept(o)}><Icon name="check" /> {t("offer.accept")} {first && <kbd class="kbd">Y</kbd>}</button>
          <button class="button" disabled={wait} onClick={() => (declining.value = o.id)}>{t("offer.decline")} {first && <kbd class="kbd">X</kbd>}</button>
        </p>
      )}
    </article>
  );
}

function Waited({ since: at }: { since: string }) {
  return <p class="offer-wait"><span>{t("offer.waits")}</span> <b>{minutes(since(at))}</b></p>;
}

/** How long it stays here. The bar is for the eye; the number says the same. */
function Left({ of: o }: { of: Offer }) {
  const left = until(o.until);
  const all = Math.max(1000, Date.parse(o.until) - Date.parse(o.made_at));
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => bar.current?.style.setProperty("--left", String(Math.min(1, left / all))));
  return (
    <div class="offer-left">
      <span class="offer-bar" aria-hidden="true"><i ref={bar} /></span>
      <p>{left > 0 ? t("offer.left", { n: Math.ceil(left / 1000) }) : t("offer.over")}</p>
    </div>
  );
}

/** A few reasons by number, or own words. */
function Why({ of: o }: { of: Offer }) {
  const [own, setOwn] = useState("");
  const self = useRef<HTMLFormElement>(null);
  useEffect(() => self.current?.querySelector<HTMLElement>("button")?.focus(), []);
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Escape") {
      declining.value = "";
      document.getElementById("main")?.focus();
    } else if (!(e.target instanceof HTMLInputElement) && reasons[Number(e.key) - 1]) {
      void decline(o, reasons[Number(e.key) - 1]!);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <form ref={self} class="offer-reasons" aria-label={t("offer.why_not")} onKeyDown={keys} onSubmit={(e) => { e.preventDefault(); if (own.trim()) void decline(o, own.trim()); }}>
      <p>{t("offer.why_not")}</p>
      {reasons.map((r, i) => <button key={r} type="button" class="menu-item" onClick={() => void decline(o, r)}><span>{t(`offer.not_${r}`)}</span> <kbd class="kbd">{i + 1}</kbd></button>)}
      <div class="offer-own">
        <input class="input" maxLength={200} value={own} aria-label={t("offer.own")} placeholder={t("offer.own")} onInput={(e) => setOwn(e.currentTarget.value)} />
        <button class="button" disabled={!own.trim()}>{t("offer.decline")}</button>
      </div>
      <button type="button" class="link" onClick={() => (declining.value = "")}>{t("offer.back")}</button>
    </form>
  );
}
