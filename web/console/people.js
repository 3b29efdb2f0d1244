// Everybody who is, was or waits in an event: a long list, each person, and those who wait in their order.
import { cursorOf, explainedRow, get, Problem, send, tagOf } from "../shared/api.js";
import { time } from "../shared/format.js";
import { Act, Dialog, download, Empty, Field, FormNotice, go, Loaded, LongList, Mark, More, Submit, tell, useForm, useList, useRead, useSettled } from "../shared/parts.js";
import { known, t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";
import { Import } from "./import.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {import("./events.js").OfEvent} OfEvent */
/** @typedef {import("../types").Query} Query */
/** @typedef {Map<string, Schemas["Enrollment"]>} Picked by their ids */

const STATUSES = ["confirmed", "pending", "waitlisted", "offered", "cancelled", "expired"];
const LIVE = "confirmed,pending,waitlisted,offered";
// What can be chosen beside a status, as the list's own parameters.
const FACTS = /** @type {Record<string, Query>} */ ({
  checked_in: { checked_in: true }, not_checked_in: { status: "confirmed", checked_in: false }, no_show: { no_show: true }, bounced: { bounced: true },
});
const ORDERS = ["name", "-created_at", "created_at", "-checked_in_at", "status"];
const ROW = 68;
const MOST = 100;

/** @param {OfEvent} props */
export function People({ read, reload, more: [chosen] }) {
  const [q, setQ] = useState("");
  const [status, setStatus] = useState(LIVE);
  const [ordering, setOrdering] = useState("");
  const [adding, setAdding] = useState(false);
  const [picked, setPicked] = useState(/** @type {Picked} */ (new Map()));
  const sought = useSettled(q.trim());
  const { event } = read;
  const query = { ...(FACTS[status] ?? { status }), q: sought };
  const list = usePeople(event.id, { ...query, ordering });
  /** @param {Schemas["Enrollment"]} one */
  const changed = async (one) => {
    list.replace(one);
    await reload();
  };
  const added = async () => {
    await Promise.all([list.reload(), reload()]);
  };
  if (chosen === "import") return html`<${Import} event=${event} done=${reload} />`;
  /** @param {Schemas["Enrollment"]} one */
  const pick = (one) => {
    const now = new Map(picked);
    if (!now.delete(one.id) && now.size < MOST) now.set(one.id, one);
    setPicked(now);
  };
  const named = (/** @type {string[]} */ ones, /** @type {string} */ group) => ones.map((one) => html`<option key=${one} value=${one}>${t(`${group}.${one}`)}</option>`);
  return html`<div class="bar" role="search">
      <input type="search" value=${q} aria-label=${t("people.search")} placeholder=${t("people.search")}
        onInput=${(/** @type {any} */ one) => setQ(one.target.value)} />
      <select aria-label=${t("people.status")} value=${status} onChange=${(/** @type {any} */ one) => setStatus(one.target.value)}>
        <option value=${LIVE}>${t("people.live")}</option>${named([...STATUSES, ...Object.keys(FACTS)], "status")}
        <option value="">${t("people.everybody")}</option></select>
      <select aria-label=${t("people.order")} value=${ordering} onChange=${(/** @type {any} */ one) => setOrdering(one.target.value)}>
        <option value="">${t("people.order")}</option>${named(ORDERS, "order")}</select></div>
    <div class="bar"><button type="button" onClick=${() => setAdding(true)}>${t("people.enrol")}</button>
      <a class="button" href="#/events/${event.id}/people/import">${t("import.title")}</a>
      <${Act} act=${() => exportCsv(event, query)}>${t("people.export")}<//></div>
    <${Loaded} of=${list}>${(/** @type {Schemas["EnrollmentPage"]} */ found) => found.results.length
      ? html`<p class="line soft small" aria-busy=${list.busy}><span role="status">${t(found.count_exact ? "people.count" : "people.at_least", { count: found.count })}</span>
          <button type="button" class="link" onClick=${() => setPicked(new Map(found.results.slice(0, MOST).map((one) => [one.id, one])))}>${t("people.pick")}</button></p>
          <${LongList} rows=${found.results} height=${ROW} label=${t("event.people")} more=${list.more} total=${found.count_exact ? found.count : -1}
            row=${(/** @type {Schemas["Enrollment"]} */ one) => html`<${Row} one=${one} event=${event} picked=${picked} pick=${pick} />`} />`
      : found.next ? html`<${More} of=${list}>${t("people.look_further")}<//>`
      : html`<${Empty} title=${t(sought ? "people.none_found" : "people.none")}>${!sought && html`<p>${t("people.none_hint")}</p>`}<//>`}<//>
    ${picked.size > 0 && html`<${Bulk} event=${event} picked=${picked} clear=${() => setPicked(new Map())} done=${added} />`}
    ${adding && html`<${EnrolByHand} event=${event} close=${() => setAdding(false)} done=${added} />`}
    ${chosen && html`<${Person} key=${chosen} id=${chosen} event=${event} changed=${changed} />`}`;
}

/**
 * The people whom a query finds.
 * @param {string} id
 * @param {Query} query
 */
function usePeople(id, query) {
  /** @param {string | null} cursor */
  const page = async (cursor) => (await get("/events/{event_id}/enrollments",
    { params: { event_id: id }, query: cursor ? { cursor } : { ...query, page_size: 100 } })).data;
  const list = useList(page, [id, JSON.stringify(query)]);
  /** A row as it is now, where it stands. @param {Schemas["Enrollment"]} one */
  const replace = (one) => {
    if (list.data) list.put({ ...list.data, results: list.data.results.map((other) => (other.id === one.id ? one : other)) });
  };
  return { ...list, replace };
}

/** @param {{one: Schemas["Enrollment"], event: Schemas["Event"], picked: Picked, pick: (one: Schemas["Enrollment"]) => void}} props */
function Row({ one, event, picked, pick }) {
  return html`<div class="pick"><input type="checkbox" aria-label=${one.attendee.name} checked=${picked.has(one.id)} onChange=${() => pick(one)} onKeyDown=${toNeighbour} />
    <a href="#/events/${event.id}/people/${one.id}"><span class="who"><b>${one.attendee.name}</b>
      <span class="soft small">${[one.attendee.email, one.party_size > 1 && t("people.party", { count: one.party_size }), one.note].filter(Boolean).join(" · ")}</span></span>
    <span class="marks"><${Marks} one=${one} /></span></a></div>`;
}

/** The arrow keys go from box to box. @param {any} event */
function toNeighbour(event) {
  const side = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[/** @type {string} */ (event.key)];
  if (!side) return;
  event.preventDefault();
  event.target.closest("li")[side]?.querySelector("input")?.focus();
}

/**
 * What is done with all who are picked; each has an answer of their own.
 * @param {{event: Schemas["Event"], picked: Picked, clear: () => void, done: () => Promise<void>}} props
 */
function Bulk({ event, picked, clear, done }) {
  const [asking, setAsking] = useState(false);
  const [results, setResults] = useState(/** @type {Schemas["BulkResult"][]} */ ([]));
  /** @param {Record<string, unknown>} what @param {string} [key] */
  const act = async (what, key) => {
    const body = { ...what, enrollment_ids: [...picked.keys()] };
    setResults((await send("post", "/events/{event_id}/enrollments/bulk", { params: { event_id: event.id }, body, key })).data.results);
    setAsking(false);
    await done();
  };
  return html`<div class="sticky buttons" role="group" aria-label=${t("people.picked", { count: picked.size })}><b>${t("people.picked", { count: picked.size })}</b>
      <${Act} act=${() => act({ action: "resend" })}>${t("person.resend")}<//>
      <button type="button" class="danger" onClick=${() => setAsking(true)}>${t("people.cancel")}</button>
      <button type="button" class="link" onClick=${clear}>${t("people.unpick")}</button></div>
    ${asking && html`<${Dialog} title=${t("people.cancel")} close=${() => setAsking(false)}><p>${t("people.picked", { count: picked.size })}</p>
      <${Cancel} slot="" cancel=${(/** @type {object} */ what, /** @type {string} */ key) => act({ action: "cancel", ...what }, key)} /><//>`}
    ${results.length > 0 && html`<${Dialog} title=${t("people.answers")} close=${clear}><ul class="plain">${results.map((one) => html`
      <li key=${one.enrollment_id} class="line"><b>${picked.get(one.enrollment_id)?.attendee.name}</b> ${one.code
        ? html`<span class="fault">${explainedRow(one)}</span>` : html`<${Mark} status=${one.enrollment_status ?? one.status} />`}</li>`)}</ul><//>`}`;
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

/** @typedef {{one: Schemas["Enrollment"], event: Schemas["Event"], done: (said: string) => Promise<void>}} OfPerson */

/** @param {{id: string, event: Schemas["Event"], changed: (one: Schemas["Enrollment"]) => Promise<void>}} props */
export function Person({ id, event, changed }) {
  const params = { enrollment_id: id };
  const read = useRead(async () => {
    const [one, history] = await Promise.all([get("/enrollments/{enrollment_id}", { params }), get("/enrollments/{enrollment_id}/history", { params })]);
    return { one: one.data, history: history.data.results };
  }, [id]);
  const back = () => go(`/events/${event.id}/people`);
  /** @param {string} said */
  const done = async (said) => {
    tell(said);
    const now = await read.reload();
    if (now) await changed(now.one);
  };
  return html`<${Dialog} title=${read.data?.one.attendee.name ?? t("loading")} wide close=${back}>
    <${Loaded} of=${read}>${(/** @type {{one: Schemas["Enrollment"], history: Schemas["HistoryEntry"][]}} */ { one, history }) => html`
      <p class="buttons"><${Marks} one=${one} /> ${one.attendee.email && html`<a href="mailto:${one.attendee.email}">${one.attendee.email}</a>`}</p>
      <${Acts} key=${`acts${one.version}`} one=${one} event=${event} done=${done} />
      <div class="two after"><${Edit} key=${`edit${one.version}`} one=${one} event=${event} done=${done} />
        <${History} one=${one} history=${history} event=${event} /></div>`}<//><//>`;
}

/** @param {OfPerson} props */
function Acts({ one, event, done }) {
  const [asking, setAsking] = useState("");
  const request = { params: { enrollment_id: one.id }, ifMatch: tagOf(one) };
  const live = ["pending", "confirmed", "waitlisted", "offered"].includes(one.status);
  /** @param {"confirm" | "promote" | "resend" | "check-in"} verb */
  const act = (verb) => async () => {
    await send("post", `/enrollments/{enrollment_id}/${verb}`, verb === "check-in" ? { ...request, body: {} } : request);
    await done(t(`person.${verb}_done`));
  };
  const undo = async () => {
    await send("delete", "/enrollments/{enrollment_id}/check-in", request);
    await done(t("person.undo_done"));
  };
  /** @param {object} body @param {string} key */
  const cancel = async (body, key) => {
    await send("post", "/enrollments/{enrollment_id}/cancel", { ...request, body, key });
    await done(t("person.cancel_done"));
  };
  return html`<div class="buttons after">
      ${one.status === "confirmed" && !one.checked_in_at && html`<${Act} class="" act=${act("check-in")}>${t("person.check-in")}<//>`}
      ${one.checked_in_at && html`<${Act} act=${undo}>${t("person.undo")}<//>`}
      ${["pending", "offered"].includes(one.status) && html`<${Act} class="" act=${act("confirm")}>${t("person.confirm")}<//>`}
      ${one.status === "waitlisted" && html`<${Act} class="" act=${act("promote")}>${t("person.promote")}<//>`}
      ${live && html`<${Act} act=${act("resend")}>${t("person.resend")}<//>`}
      ${one.status === "confirmed" && !one.checked_in_at && html`<button type="button" class="button" onClick=${() => setAsking("transfer")}>${t("person.transfer")}</button>`}
      ${live && html`<button type="button" class="danger" onClick=${() => setAsking("cancel")}>${t("person.cancel")}</button>`}</div>
    ${asking === "transfer" && html`<${Transfer} one=${one} event=${event} done=${done} />`}
    ${asking === "cancel" && html`<${Cancel} slot=${`cancel-${one.id}`} cancel=${cancel} />`}`;
}

/** @param {OfPerson} props */
function Transfer({ one, event, done }) {
  const form = useForm(`transfer-${one.id}`, { name: "", email: "" }, async (values, key) => {
    const body = { name: values.name, email: values.email.trim() };
    const { data } = await send("post", "/enrollments/{enrollment_id}/transfer", { params: { enrollment_id: one.id }, body, key, ifMatch: tagOf(one) });
    await done(t("person.transfer_done", { name: values.name }));
    go(`/events/${event.id}/people/${data.id}`);
  });
  return html`<form class="card after" onSubmit=${form.submit}><h3>${t("person.transfer_to")}</h3><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="name" label=${t("people.name")} required />
      <${Field} form=${form} name="email" type="email" label=${t("email")} required /></div>
    <div><${Submit} form=${form}>${t("person.transfer")}<//></div></form>`;
}

/** @param {{slot: string, cancel: (what: {note: string | null, hand_over: boolean}, key: string) => Promise<void>}} props */
function Cancel({ slot, cancel }) {
  const form = useForm(slot, { note: "", hand_over: true }, ({ note, hand_over }, key) => cancel({ note: note.trim() || null, hand_over }, key));
  return html`<form class="card after" onSubmit=${form.submit}><h3>${t("person.cancel")}</h3><${FormNotice} form=${form} />
    <${Field} form=${form} name="note" label=${t("person.cancel_note")} maxlength="500" />
    <${Field} form=${form} name="hand_over" type="checkbox" label=${t("person.hand_over")} />
    <div><${Submit} form=${form} class="danger">${t("person.cancel")}<//></div></form>`;
}

/** @param {OfPerson} props */
function Edit({ one, event, done }) {
  const initial = { name: one.attendee.name, note: one.note ?? "", party_size: String(one.party_size) };
  const form = useForm(`person-${one.id}`, initial, async (values) => {
    /** @type {Record<string, unknown>} */
    const body = {};
    if (values.name !== initial.name) body.attendee = { name: values.name };
    if (values.note !== initial.note) body.note = values.note.trim() || null;
    if (values.party_size !== initial.party_size) body.party_size = Number(values.party_size);
    try {
      await send("patch", "/enrollments/{enrollment_id}", { params: { enrollment_id: one.id }, body, ifMatch: tagOf(one) });
    } catch (error) {
      // What was typed stays in the form and is laid over the newer version.
      if (error instanceof Problem && error.status === 412) await done(t("problem.precondition_failed"));
      throw error;
    }
    await done(t("editor.saved"));
  });
  return html`<form onSubmit=${form.submit}><${FormNotice} form=${form} />
    <${Field} form=${form} name="name" label=${t("people.name")} required />
    ${(event.party_max > 1 || one.party_size > 1) && html`<${Field} form=${form} name="party_size" type="number" min="1" max="20" label=${t("people.party_size")} />`}
    <${Field} form=${form} name="note" type="textarea" label=${t("person.note")} hint=${t("person.note_hint")} maxlength="500" />
    <div><${Submit} form=${form}>${t("save")}<//></div></form>`;
}

/** @param {{one: Schemas["Enrollment"], history: Schemas["HistoryEntry"][], event: Schemas["Event"]}} props */
function History({ one, history, event }) {
  return html`<section aria-label=${t("person.history")}><h3>${t("person.history")}</h3>
    <ul class="plain after">${history.map((happening) => html`<li><b>${known(`cause.${happening.cause}`) ?? happening.cause}</b>
      <br /><span class="soft small">${time(happening.at, event.timezone)} · ${t(`actor.${happening.actor.kind}`)}</span></li>`)}</ul>
    ${one.mail && html`<p class="soft small after">${t("person.mail", { state: t(`mail.${one.mail.state}`), at: time(one.mail.at, event.timezone) })}</p>`}
  </section>`;
}

/** @param {import("./events.js").OfEvent} props */
export function Waitlist({ read, reload }) {
  const { event } = read;
  const offers = usePeople(event.id, { status: "offered", q: "" });
  const waiting = useRead(async () => {
    const params = { event_id: event.id };
    return (await get("/events/{event_id}/waitlist", { params, query: { page_size: 100 } })).data;
  }, [event.id]);
  /** @param {Schemas["Enrollment"]} one */
  const promote = async (one) => {
    await send("post", "/enrollments/{enrollment_id}/promote", { params: { enrollment_id: one.id }, ifMatch: tagOf(one) });
    await Promise.all([waiting.reload(), offers.reload(), reload()]);
  };
  return html`<div class="stack">
    <p class="soft">${t(`waitlist.${event.waitlist_mode}`)}. ${event.waitlist_mode === "offer" ? t("waitlist.offer_lasts", { count: event.offer_minutes }) : ""}
      ${" "}<a href="#/events/${event.id}/edit">${t("waitlist.change")}</a></p>
    <${Loaded} of=${offers}>${(/** @type {Schemas["EnrollmentPage"]} */ { results }) => results.length > 0 && html`<section class="card"><h2>${t("waitlist.offers")}</h2>
      <ul class="plain">${results.map((one) => html`<li key=${one.id} class="line"><a href="#/events/${event.id}/people/${one.id}">${one.attendee.name}</a>
        <span class="soft">${one.expires_at && t("waitlist.until", { at: time(one.expires_at, event.timezone) })}</span></li>`)}</ul></section>`}<//>
    <${Loaded} of=${waiting}>${(/** @type {Schemas["EnrollmentPage"]} */ found) => found.results.length
      ? html`<section class="card"><h2>${t("waitlist.waiting", { count: event.waitlist_count })}</h2>
        <ol class="plain">${found.results.map((one) => html`<li key=${one.id} class="line"><span><a href="#/events/${event.id}/people/${one.id}">${one.attendee.name}</a>
          ${" "}<span class="soft small">${one.party_size > 1 ? t("people.party", { count: one.party_size }) : ""}</span></span>
          <span class="buttons"><${Marks} one=${one} /><${Act} act=${() => promote(one)} done=${t("person.promote_done")}>${t("person.promote")}<//></span></li>`)}</ol>
        ${found.next && html`<p class="more"><a href="#/events/${event.id}/people">${t("waitlist.more")}</a></p>`}</section>`
      : html`<${Empty} title=${t("waitlist.none")}><p>${t("waitlist.none_hint")}</p><//>`}<//>
  </div>`;
}
