import { customer, customerState, file, fileState, loadCustomer } from "./casefile.ts";
import { NowInChat } from "./contact.tsx";
import { channelIcon, Icon, type IconName } from "./icon.tsx";
import { Bones } from "./inbox-list.tsx";
import { newest, sourceName } from "./known.ts";
import { NeedsNow } from "./needs.tsx";
import { Promises } from "./promise.tsx";
import { follow, link } from "./route.ts";
import { initials } from "./face.tsx";
import { drawer } from "./screen.ts";
import { t } from "./texts.ts";
import { day, full, hour, daysAway } from "./time.ts";
import type { CustomerCard } from "./types.ts";
import { called } from "./who.ts";

/** The fourth column: who this is, what we promised, what we know, what happened before. */
export function CustomerColumn() {
  const c = file.value;
  if (fileState.value !== "ready" || !c) return <aside class="customer" aria-label={t("customer.label")} />;
  const card = customer.value?.customer.id === c.customer.id ? customer.value : null;
  return (
    <aside class="customer" aria-label={t("customer.label")}>
      <header class="customer-head">
        <span class="face" aria-hidden="true">{initials(called(c.customer))}</span>
        <div><h2>{called(c.customer)}</h2><p>{card ? t("customer.since", { year: card.customer.since.slice(0, 4) }) : c.customer.email}</p></div>
        <button class="tool for-drawer" aria-label={t("desk.close")} onClick={() => (drawer.value = false)}><Icon name="close" /></button>
      </header>
      <NowInChat of={c} />
      <Promises of={c} />
      <NeedsNow of={c} />
      {card ? <Points card={card} /> : customerState.value === "failed" ? (
        <div class="says small" role="alert"><p>{t("customer.failed")}</p><button class="button" onClick={() => void loadCustomer(c.customer.id)}>{t("desk.again")}</button></div>
      ) : <Bones n={3} />}
      <Data card={card} />
      {card && <Before card={card} here={c.id} />}
    </aside>
  );
}

function Points({ card }: { card: CustomerCard }) {
  return (
    <section>
      <h3>{t("customer.reach")}</h3>
      {card.customer.contact_points.length === 0 && <p class="soft">{t("customer.no_points")}</p>}
      <ul class="points">
        {card.customer.contact_points.map((p) => (
          <li key={p.channel + p.address}>
            <Icon name={channelIcon(p.channel)} size={14} class="faint" /><span class="cut" title={p.address}>{p.address}</span>
            {p.proved ? <span class="proof" title={t("customer.proved_why")}><Icon name="shield" size={13} /> {t("customer.proved")}</span> : <span class="proof not">{t("customer.unproved")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Data({ card }: { card: CustomerCard | null }) {
  const c = file.value!;
  const data = new Map<string, { label: string; value: string; about: string }>();
  for (const g of newest(card?.given ?? [])) data.set(g.field, { label: g.label, value: g.value, about: full(g.at) });
  for (const k of newest(c.known ?? [])) data.set(k.field, { label: k.label, value: k.value, about: `${sourceName(k.source)}, ${full(k.at)}` });
  return (
    <section>
      <h3>{t("customer.data")}</h3>
      {data.size === 0 ? <p class="soft">{t("customer.no_data")}</p> : (
        <dl class="data">{[...data].map(([field, d]) => <div key={field} title={d.about}><dt>{d.label}</dt><dd>{d.value}</dd></div>)}</dl>
      )}
    </section>
  );
}

interface Past { at: string; icon: IconName; text: string; about: string; open: string }

const moments: Record<string, IconName> = { feedback: "star", promise_broken: "warn", promise_kept: "check", solved: "check", not_solved: "reopen", closed_by_silence: "history" };

/** One line per case, and the moments that a colleague would want to know of. */
function past(card: CustomerCard, here: string): Past[] {
  const lines: Past[] = card.cases.map((c) => ({
    at: c.created_at, icon: channelIcon(c.channel), text: c.subject, open: c.id === here ? "" : c.id,
    about: c.id === here ? t("customer.this_case") : `${t(c.status === "closed" ? "customer.closed" : "customer.open")} · ${t("case.number", { number: c.number })}`,
  }));
  for (const e of card.timeline) {
    const icon = moments[e.kind];
    if (icon) lines.push({ at: e.at, icon, text: t(`moment.${e.kind}`), about: e.text || (e.number ? t("case.number", { number: e.number }) : ""), open: e.case === here ? "" : e.case });
  }
  return lines.sort((a, b) => b.at.localeCompare(a.at)).slice(0, 40);
}

function Before({ card, here }: { card: CustomerCard; here: string }) {
  const lines = past(card, here);
  return (
    <section>
      <h3>{t("customer.timeline")}</h3>
      {lines.length === 0 ? <p class="soft">{t("customer.no_timeline")}</p> : (
        <ol class="line-up">
          {lines.map((p, i) => (
            <li key={i}>
              <Icon name={p.icon} size={15} />
              <div>
                {p.open ? <a href={link({ open: p.open })} onClick={(e) => follow(e, { open: p.open })}>{p.text}</a> : <b>{p.text}</b>}
                <p><time dateTime={p.at} title={full(p.at)}>{daysAway(p.at) === 0 ? `${day(p.at)} ${hour(p.at)}` : day(p.at)}</time>{p.about ? ` · ${p.about}` : ""}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
