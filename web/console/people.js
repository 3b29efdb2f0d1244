// Everybody who is or was in an event: a long list, searched as one types.
import { cursorOf, get, send } from "../shared/api.js";
import { Field, FormNotice, Submit, useForm } from "../shared/form.js";
import { Act, Dialog, download, Empty, Loaded, LongList, Mark, tell, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useMemo, useRef, useState } from "../shared/ui.js";
import { useSettled } from "./events.js";
import { Person } from "./person.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {import("./event.js").OfEvent} OfEvent */
/** @typedef {import("../types").Query} Query */

const STATUSES = ["confirmed", "pending", "waitlisted", "offered", "cancelled", "expired"];
const LIVE = "confirmed,pending,waitlisted,offered";
// What can be chosen beside a status, as the list's own parameters.
const FACTS = /** @type {Record<string, Query>} */ ({
  checked_in: { checked_in: true }, not_checked_in: { status: "confirmed", checked_in: false }, no_show: { no_show: true }, bounced: { bounced: true },
});
const ROW = 68;

/** @param {OfEvent} props */
export function People({ read, reload, more: [chosen] }) {
  const [q, setQ] = useState("");
  const [status, setStatus] = useState(LIVE);
  const [adding, setAdding] = useState(false);
  const sought = useSettled(q.trim());
  const { event } = read;
  const query = { ...(FACTS[status] ?? { status }), q: sought };
  const list = usePages(event.id, query);
  /** @param {Schemas["Enrollment"]} one */
  const changed = async (one) => {
    list.replace(one);
    await reload();
  };
  const added = async () => {
    await Promise.all([list.reload(), reload()]);
  };
  return html`<div class="bar" role="search">
      <input type="search" value=${q} aria-label=${t("people.search")} placeholder=${t("people.search")}
        onInput=${(/** @type {any} */ one) => setQ(one.target.value)} />
      <select aria-label=${t("people.status")} value=${status} onChange=${(/** @type {any} */ one) => setStatus(one.target.value)}>
        <option value=${LIVE}>${t("people.live")}</option>
        ${STATUSES.map((one) => html`<option key=${one} value=${one}>${t(`status.${one}`)}</option>`)}
        ${Object.keys(FACTS).map((one) => html`<option key=${one} value=${one}>${t(`status.${one}`)}</option>`)}
        <option value="">${t("people.everybody")}</option></select>
      <button type="button" onClick=${() => setAdding(true)}>${t("people.enrol")}</button>
      <${Act} act=${() => exportCsv(event, query)}>${t("people.export")}<//></div>
    <${Loaded} of=${list}>${(/** @type {Schemas["EnrollmentPage"]} */ found) => found.results.length
      ? html`<p class="soft small" role="status">${t(found.count_exact ? "people.count" : "people.at_least", { count: found.count })}</p>
          <${LongList} rows=${found.results} height=${ROW} label=${t("event.people")} more=${list.more} total=${found.count_exact ? found.count : -1}
            row=${(/** @type {Schemas["Enrollment"]} */ one) => html`<${Row} one=${one} event=${event} />`} />`
      : found.next ? html`<p class="more"><${Act} act=${async () => list.more()}>${t("people.look_further")}<//></p>`
      : html`<${Empty} title=${t(sought ? "people.none_found" : "people.none")}>${!sought && html`<p>${t("people.none_hint")}</p>`}<//>`}<//>
    ${adding && html`<${EnrolByHand} event=${event} close=${() => setAdding(false)} done=${added} />`}
    ${chosen && html`<${Person} key=${chosen} id=${chosen} event=${event} changed=${changed} />`}`;
}

/**
 * A list page after page, as far as it was scrolled. A page may be short, even empty; only `next` ends it.
 * @param {string} id
 * @param {Query} query
 */
export function usePages(id, query) {
  const params = { event_id: id };
  const read = useRead(async () => (await get("/events/{event_id}/enrollments", { params, query: { ...query, page_size: 100 } })).data,
    [id, JSON.stringify(query)]);
  const busy = useRef(false);
  const latest = useRef(read);
  latest.current = read;
  const more = useMemo(() => async () => {
    const now = /** @type {Schemas["EnrollmentPage"] | null} */ (latest.current.data);
    if (!now?.next || busy.current || latest.current.busy) return;
    busy.current = true;
    try {
      const { data } = await get("/events/{event_id}/enrollments", { params, query: { cursor: cursorOf(now.next) } });
      if (latest.current.data === now) latest.current.put({ ...data, results: [...now.results, ...data.results] });
    } catch {
      // What is there stays; the next scroll asks again.
    } finally {
      busy.current = false;
    }
  }, [id]);
  /** A row as it is now, where it stands. @param {Schemas["Enrollment"]} one */
  const replace = (one) => {
    const now = /** @type {Schemas["EnrollmentPage"] | null} */ (latest.current.data);
    if (now) latest.current.put({ ...now, results: now.results.map((other) => (other.id === one.id ? one : other)) });
  };
  return { ...read, more, replace };
}

/** @param {{one: Schemas["Enrollment"], event: Schemas["Event"]}} props */
function Row({ one, event }) {
  return html`<a href="#/events/${event.id}/people/${one.id}"><span class="who"><b>${one.attendee.name}</b>
      <span class="soft small">${[one.attendee.email, one.party_size > 1 && t("people.party", { count: one.party_size }), one.note].filter(Boolean).join(" · ")}</span></span>
    <span class="marks"><${Marks} one=${one} /></span></a>`;
}

/** What is to be known of an enrollment at a glance. @param {{one: Schemas["Enrollment"]}} props */
export function Marks({ one }) {
  return html`${one.checked_in_at ? html`<${Mark} status="checked_in" />` : html`<${Mark} status=${one.status}>${
      one.position ? t("people.position", { position: one.position }) : undefined}<//>`}
    ${one.no_show_at && html`<${Mark} status="no_show" />`}
    ${one.mail && ["bounced", "complained"].includes(one.mail.state) && html`<${Mark} status="bounced" />`}`;
}

/** @param {{event: Schemas["Event"], close: () => void, done: () => Promise<void>}} props */
function EnrolByHand({ event, close, done }) {
  const initial = { name: "", email: "", party_size: "1", waitlist: true };
  const form = useForm(`enrol-${event.id}`, initial, async (values, key) => {
    const body = { name: values.name, email: values.email.trim(), party_size: Number(values.party_size), waitlist: values.waitlist };
    const { data } = await send("post", "/events/{event_id}/enrollments", { params: { event_id: event.id }, body, key });
    tell(t("people.enrolled", { name: values.name, status: "status" in data ? t(`status.${data.status}`) : "" }));
    await done();
    close();
  });
  return html`<${Dialog} title=${t("people.enrol")} close=${close}><p class="soft">${t("people.enrol_hint")}</p>
    <form class="after" onSubmit=${form.submit}><${FormNotice} form=${form} />
      <${Field} form=${form} name="name" label=${t("people.name")} required maxlength="200" />
      <${Field} form=${form} name="email" type="email" label=${t("email")} required />
      ${event.party_max > 1 && html`<${Field} form=${form} name="party_size" type="number" min="1" max=${event.party_max} label=${t("people.party_size")} />`}
      <${Field} form=${form} name="waitlist" type="checkbox" label=${t("people.or_wait")} />
      <div class="buttons"><${Submit} form=${form}>${t("people.enrol_go")}<//>
        <button type="button" class="button" onClick=${close}>${t("cancel")}</button></div></form><//>`;
}

/**
 * All pages of the list as one file.
 * @param {Schemas["Event"]} event
 * @param {Query} query
 */
async function exportCsv(event, query) {
  const pieces = [];
  /** @type {string | null} */
  let cursor = "";
  while (cursor !== null) {
    const asked = cursor ? { cursor, bom: false } : query;
    const { data, headers } = await get("/events/{event_id}/enrollments.csv", { params: { event_id: event.id }, query: asked });
    // Each page has a header line, of which a file needs one.
    const text = /** @type {string} */ (/** @type {unknown} */ (data));
    pieces.push(cursor ? text.slice(text.indexOf("\n") + 1) : text);
    cursor = cursorOf(/<([^>]+)>;\s*rel="next"/.exec(headers.get("Link") ?? "")?.[1]);
  }
  download(`${event.slug || event.id}.csv`, ["\ufeff", ...pieces], "text/csv");
}
