// My events and those of the teams one is in; one event with what stands on every screen of it, and what its people are told.
import { account, explained, get, Problem, send, session } from "../shared/api.js";
import { number, span, time } from "../shared/format.js";
import { Act, Copy, Dialog, Empty, Field, FormNotice, go, Heading, Loaded, Mark, More, NOT_YET, route, stay, Submit, tell, useForm, useList, useRead, useSettled } from "../shared/parts.js";
import { known, t } from "../shared/texts.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { Keys } from "./account.js";
import { AsSeen, EditEvent } from "./editor.js";
import { People, Waitlist } from "./people.js";

/** @typedef {import("../types").Schemas} Schemas */

const VIEWS = /** @type {const} */ ({
  upcoming: { is_past: "false", ordering: "starts_at" },
  past: { is_past: "true", ordering: "-starts_at" },
  drafts: { status: "draft", ordering: "-created_at" },
  all: { ordering: "-starts_at" },
});

export function Events() {
  const asked = route.value.query;
  const [view, setView] = useState(asked.get("view") ?? "upcoming");
  const [q, setQ] = useState(asked.get("q") ?? "");
  const [team, setTeam] = useState(asked.get("team") ?? "");
  const teams = useRead(async () => (await get("/me/teams")).data.results, []);
  useEffect(() => stay("/", { view: view === "upcoming" ? "" : view, q, team }), [view, q, team]);
  const whose = teams.data ?? [];
  return html`<${Heading} aside=${html`<a class="button main" href="#/events/new">${t("events.new")}</a>`}>${t("events.title")}<//>
    <${Invitations} />
    <${Publisher} />
    <form class="bar" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <input type="search" aria-label=${t("events.search")} placeholder=${t("events.search")} value=${q}
        onInput=${(/** @type {any} */ event) => setQ(event.target.value)} />
      ${whose.length > 0 && html`<select aria-label=${t("events.whose")} value=${team}
        onChange=${(/** @type {any} */ event) => setTeam(event.target.value)}>
        <option value="">${t("events.mine")}</option>
        ${whose.map((one) => html`<option key=${one.id} value=${one.id}>${t("events.of", { name: one.event?.title ?? one.owner.name })}</option>`)}
      </select>`}
      <div class="tabs" role="group" aria-label=${t("events.view")}>${Object.keys(VIEWS).map((one) => html`
        <button key=${one} type="button" aria-pressed=${one === view} onClick=${() => setView(one)}>${t(`events.${one}`)}</button>`)}</div>
    </form>
    <${Found} key=${`${view} ${team}`} view=${view} q=${q} team=${team} />`;
}

/** @param {{view: string, q: string, team: string}} props */
function Found({ view, q, team }) {
  const sought = useSettled(q.trim());
  const query = { ...VIEWS[/** @type {keyof typeof VIEWS} */ (view in VIEWS ? view : "upcoming")], q: sought, page_size: 50 };
  /** @param {string | null} cursor */
  const page = async (cursor) => {
    const asked = cursor ? { cursor } : query;
    return team ? (await get("/me/teams/{member_id}/events", { params: { member_id: team }, query: asked })).data
      : (await get("/me/events", { query: asked })).data;
  };
  const read = useList(page, [sought]);
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["OwnEventPage"]} */ found) => found.results.length
    ? html`<ul class="rows" aria-busy=${read.busy}>${found.results.map((one) => html`<${Row} key=${one.id} event=${one} />`)}</ul>
        <${More} of=${read} />`
    : html`<${Nothing} view=${view} sought=${sought} />`}<//>`;
}

/** @param {{view: string, sought: string}} props */
function Nothing({ view, sought }) {
  if (sought) return html`<${Empty} title=${t("events.none_found", { q: sought })}><p>${t("events.none_found_hint")}</p><//>`;
  return html`<${Empty} title=${t(`events.none_${view}`)}><p>${t(`events.none_${view}_hint`)}</p>
    ${view !== "past" && html`<p><a class="button main" href="#/events/new">${t("events.new")}</a></p>`}<//>`;
}

/** @param {{event: Schemas["OwnEvent"]}} props */
function Row({ event }) {
  const zone = event.timezone;
  const state = event.status !== "published" ? event.status : event.is_past ? "over" : event.is_full ? "full" : "";
  return html`<li class="event-row">
    <p class="day" aria-hidden="true"><span>${time(event.starts_at, zone, { month: "short" })}</span>
      <b>${time(event.starts_at, zone, { day: "numeric" })}</b><span>${time(event.starts_at, zone, { year: "numeric" })}</span></p>
    <div class="what"><h2><a href="#/events/${event.id}">${event.title}</a></h2>
      <p class="soft small">${span(event)}${event.location ? ` · ${event.location}` : event.online ? ` · ${t("event.online")}` : ""}</p>
      ${state && html`<p><${Mark} status=${state} /></p>`}</div>
    <${Seats} event=${event} />
  </li>`;
}

/** How many have come of how many. @param {{event: Schemas["OwnEvent"]}} props */
function Seats({ event }) {
  const { counts, capacity, attendees_count: taken } = event;
  return html`<div class="seats"><p><b>${t("events.taken", { count: taken })}</b>${capacity === null ? "" : ` ${t("events.of_capacity", { capacity })}`}</p>
    ${capacity ? html`<meter min="0" max=${capacity} value=${Math.min(taken, capacity)} aria-hidden="true"></meter>` : ""}
    <p class="soft small">${[
      event.waitlist_count && t("events.waiting", { count: event.waitlist_count }),
      counts?.checked_in && t("events.checked_in", { count: counts.checked_in }),
      counts?.no_show && t("events.no_show", { count: counts.no_show }),
      counts?.bounced && t("events.bounced", { count: counts.bounced }),
    ].filter(Boolean).join(" · ")}</p></div>`;
}

/** Whoever signed up only to attend becomes somebody who publishes. */
function Publisher() {
  const roles = account.value?.roles ?? [];
  if (roles.includes("facilitator")) return null;
  const become = async () => {
    const chosen = roles.filter((one) => one !== "admin");
    account.value = (await send("patch", "/auth/me", { body: { roles: [...chosen, "facilitator"] } })).data;
    await session.renew();
  };
  return html`<p class="notice">${t("events.publisher")} ${" "}<${Act} act=${become}>${t("events.become")}<//></p>`;
}

function Invitations() {
  const read = useRead(async () => (await get("/me/invitations")).data.results, []);
  if (!read.data?.length) return null;
  return html`<section class="card" aria-label=${t("invited.title")}><h2>${t("invited.title")}</h2><ul class="plain">${read.data.map((/** @type {Schemas["Invitation"]} */ one) => {
    const params = { member_id: one.id };
    return html`<li key=${one.id}><p>${t("invited.to", { owner: one.owner.name, what: one.event?.title ?? t("invited.all"), role: t(`role.${one.role}`) })}</p>
      <p class="buttons"><${Act} class="" act=${async () => { await send("post", "/me/invitations/{member_id}/accept", { params }); location.reload(); }}>${t("invited.accept")}<//>
      <${Act} act=${async () => { await send("post", "/me/invitations/{member_id}/decline", { params }); await read.reload(); }}>${t("invited.decline")}<//></p></li>`;
  })}</ul></section>`;
}

/** @typedef {{event: Schemas["Event"], etag: string | null}} Read */
/** @typedef {{read: Read, reload: () => Promise<void>, more: string[]}} OfEvent what a screen of an event gets */

// Each by the part of the address that opens it.
/** @type {Record<string, any>} */
const SCREENS = {
  "": Overview,
  people: People,
  waitlist: Waitlist,
  messages: Messages,
  activity: Activity,
  team: Team,
};

/** @param {{id: string, parts: string[]}} props */
export function EventScreens({ id, parts }) {
  const [vain, setVain] = useState(/** @type {Schemas["WaitingInVain"][]} */ ([]));
  const read = useRead(async () => {
    const { data, etag } = await get("/events/{event_id}", { params: { event_id: id } });
    return /** @type {Read} */ ({ event: data, etag });
  }, [id]);
  const [area = "", ...more] = parts;
  /** @param {Read} now @param {Schemas["WaitingInVain"][]} ones */
  const saved = (now, ones) => {
    read.put(now);
    setVain(ones);
  };
  return html`<p class="back"><a href="#/">← ${t("events.title")}</a></p>
    <${Loaded} of=${read}>${(/** @type {Read} */ now) => {
      const Screen = SCREENS[area] ?? Overview;
      return html`<${Top} key=${area} event=${now.event} area=${area} />
        ${vain.length > 0 && html`<p class="notice" role="status">${t("editor.vain", { names: vain.map((one) => one.name).join(", ") })}</p>`}
        ${area === "edit" ? html`<${EditEvent} read=${now} saved=${saved} />`
          : html`<${Screen} read=${now} reload=${read.reload} more=${more} />`}`;
    }}<//>`;
}

/** @param {{event: Schemas["Event"], area: string}} props */
function Top({ event, area }) {
  const state = event.status !== "published" ? event.status : event.is_past ? "over" : event.is_full ? "full" : "published";
  const here = area in SCREENS || area === "edit" ? area : "";
  return html`<${Heading} aside=${html`<${Mark} status=${state} />`}>${event.title}<//>
    <nav class="tabs sub" aria-label=${t("event.parts")}>${["", "edit", ...Object.keys(SCREENS).filter(Boolean)].map((one) => html`
      <a key=${one} href="#/events/${event.id}${one && `/${one}`}" aria-current=${one === here ? "page" : undefined}>${t(`event.${one || "overview"}`)}</a>`)}</nav>`;
}

/** @param {OfEvent} props */
function Overview({ read, reload }) {
  const { event } = read;
  const params = { event_id: event.id };
  const publish = async () => {
    await send("post", "/events/{event_id}/publish", { params, ifMatch: read.etag });
    await reload();
  };
  return html`<div class="two"><div class="stack"><${Figures} event=${event} />
      <section class="card" aria-label=${t("event.what_people_see")}>
        <p class="soft small">${t("event.what_people_see")}</p>
        <${AsSeen} event=${event} />
      </section></div>
    <aside class="stack">
      ${event.status === "draft" && html`<section class="card"><h2>${t("event.is_draft")}</h2><p class="soft">${t("event.is_draft_hint")}</p>
        <p class="after"><${Act} class="" act=${publish} done=${t("editor.published")}>${t("editor.publish")}<//></p></section>`}
      ${event.html_url && html`<section class="card"><h2>${t("event.page")}</h2><p><a href=${event.html_url} target="_blank" rel="noopener">${t("event.open_page")}</a></p>
        <p class="after"><${Copy} text=${event.html_url} /></p></section>`}
      <${Duplicate} event=${event} />
      <${Ending} read=${read} reload=${reload} />
    </aside></div>`;
}

/** @param {{event: Schemas["Event"]}} props */
function Figures({ event }) {
  const ones = [
    [t("figure.taken"), event.attendees_count],
    [t("figure.free"), event.available_spots ?? "∞"],
    [t("figure.waiting"), event.waitlist_count],
  ];
  return html`<dl class="figures">${ones.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The same at another time, as a draft. @param {{event: Schemas["Event"]}} props */
function Duplicate({ event }) {
  const form = useForm(`duplicate-${event.id}`, { title: event.title, starts_at: "" }, async (values, key) => {
    const body = { title: values.title, starts_at: event.all_day ? `${values.starts_at}T00:00` : values.starts_at };
    const { data } = await send("post", "/events/{event_id}/duplicate", { params: { event_id: event.id }, body, key });
    tell(t("editor.kept_as_draft"));
    go(`/events/${data.id}`);
  });
  return html`<section class="card"><h2>${t("event.again")}</h2><p class="soft">${t("event.again_what")}</p>
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      <${Field} form=${form} name="title" label=${t("field.title")} required maxlength="200" />
      <${Field} form=${form} name="starts_at" type=${event.all_day ? "date" : "datetime-local"} label=${t("field.starts_at")} required />
      <div><${Submit} form=${form} class="button">${t("event.again_go")}<//></div></form></section>`;
}

/**
 * Cancelling and deleting, each told first what it would do to whom.
 * @param {{read: Read, reload: () => Promise<void>}} props
 */
function Ending({ read, reload }) {
  const [asked, setAsked] = useState(/** @type {"cancel" | "delete" | ""} */ (""));
  const { event } = read;
  const mayCancel = event.status === "published" && !event.is_past;
  return html`<section class="card"><h2>${t("event.ending")}</h2><p class="buttons">
      ${mayCancel && html`<button type="button" class="danger" onClick=${() => setAsked("cancel")}>${t("event.cancel")}</button>`}
      <button type="button" class="danger" onClick=${() => setAsked("delete")}>${t("event.delete")}</button></p></section>
    ${asked && html`<${Sure} kind=${asked} read=${read} close=${() => setAsked("")} done=${async () => {
      tell(t(`event.${asked}_done`));
      if (asked === "delete") return go("/");
      setAsked("");
      await reload();
    }} />`}`;
}

/** @param {{kind: "cancel" | "delete", read: Read, close: () => void, done: () => unknown}} props */
function Sure({ kind, read, close, done }) {
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [said, setSaid] = useState("");
  const go = async () => {
    const request = { params: { event_id: read.event.id }, query: { confirm: preview?.confirm }, ifMatch: read.etag };
    try {
      if (kind === "cancel") await send("post", "/events/{event_id}/cancel", request);
      else await send("delete", "/events/{event_id}", request);
      await done();
    } catch (error) {
      if (error instanceof Problem && error.code === "confirmation_required") setPreview(error.body);
      else setSaid(explained(error));
    }
  };
  return html`<${Dialog} title=${t(`event.${kind}`)} close=${close}><p>${t(`event.${kind}_what`)}</p>
    ${preview && html`<p class="notice after" role="alert">${t("event.concerns", preview.preview)}</p>`}
    ${said && html`<p class="notice bad after" role="alert">${said}</p>`}
    <div class="buttons after"><${Act} key=${preview?.confirm} class="danger" act=${go}>${t(preview ? `event.${kind}_yes` : `event.${kind}`)}<//>
      <button type="button" class="button" onClick=${close}>${t("cancel")}</button></div><//>`;
}

const DELIVERIES = /** @type {const} */ (["mails", "waiting", "sent", "delivered", "bounced", "complained", "skipped", "failed"]);
const SERIES = /** @type {const} */ (["enrolments", "cancellations", "offers_taken", "check_ins"]);
const SEGMENTS = ["confirmed", "waitlisted", "checked_in", "not_checked_in"];

/** @param {OfEvent} props */
export function Messages({ read }) {
  const { event } = read;
  const [preview, setPreview] = useState(/** @type {{recipients: number, confirm: string} | null} */ (null));
  const [sent, setSent] = useState(0);
  const confirmed = useRef("");
  const initial = { segment: "confirmed", subject: "", body: "" };
  const form = useForm(`message-${event.id}`, initial, async (values, key) => {
    const request = { params: { event_id: event.id }, query: { confirm: confirmed.current }, body: values, key };
    confirmed.current = "";
    try {
      const { data } = await send("post", "/events/{event_id}/messages", request);
      setPreview(null);
      setSent(sent + 1);
      tell(t("messages.sent", { count: data.recipients }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "confirmation_required") throw error;
      const { preview: who, confirm } = /** @type {any} */ (error.body);
      setPreview({ recipients: who.recipients, confirm });
      return NOT_YET;
    }
  });
  const go = async () => {
    confirmed.current = preview?.confirm ?? "";
    if (await form.submit()) form.discard();
  };
  return html`<form class="card" onSubmit=${form.submit}><p class="soft">${t("messages.what")}</p><${FormNotice} form=${form} />
      <${Field} form=${form} name="segment" label=${t("messages.to")} options=${Object.fromEntries(SEGMENTS.map((one) => [one, t(`segment.${one}`)]))} />
      <${Field} form=${form} name="subject" label=${t("messages.subject")} required maxlength="150" />
      <${Field} form=${form} name="body" type="textarea" rows="10" label=${t("messages.body")} required maxlength="4000" />
      <div class="buttons"><${Submit} form=${form}>${t("messages.preview")}<//>
        <${Act} act=${() => sendToMyself(event, form.values)} done=${t("messages.tested")}>${t("messages.test")}<//></div></form>
    <${Told} event=${event} key=${sent} />
    ${preview && html`<${Dialog} title=${t("messages.preview_title")} close=${() => setPreview(null)}>
      <p>${t("messages.reaches", { count: preview.recipients })}</p>
      <article class="card after"><h3>${form.values.subject}</h3><p class="words after">${form.values.body}</p></article>
      ${form.said && html`<p class="notice bad" role="alert">${form.said}</p>`}
      <div class="buttons"><button type="button" aria-disabled=${form.busy} onClick=${go}>${form.busy ? t("busy") : t("messages.send")}</button>
        <button type="button" class="button" onClick=${() => setPreview(null)}>${t("messages.back")}</button></div><//>`}`;
}

/**
 * The message as its readers would have it, to whoever writes it.
 * @param {Schemas["Event"]} event
 * @param {Record<string, unknown>} values
 */
function sendToMyself(event, values) {
  return send("post", "/events/{event_id}/messages", { params: { event_id: event.id }, body: { ...values, test: true } });
}

/** What people were told, with what became of the mails. @param {{event: Schemas["Event"]}} props */
function Told({ event }) {
  /** @param {string | null} cursor */
  const page = async (cursor) => (await get("/events/{event_id}/messages", { params: { event_id: event.id }, query: { cursor, page_size: 20 } })).data;
  const list = useList(page, [event.id]);
  return html`<section class="card"><h2>${t("messages.told")}</h2><${Loaded} of=${list}>${(/** @type {Schemas["AnnouncementPage"]} */ { results }) => results.length
    ? html`<ul class="plain">${results.map((one) => html`<li key=${one.id}><b>${one.subject ?? t("messages.change", { what: facts(one.changed) })}</b>
        <br /><span class="soft small">${[time(one.at, event.timezone), one.segment && t(`segment.${one.segment}`)].filter(Boolean).join(" · ")}</span>
        <dl class="counts">${DELIVERIES.map((fact) => (fact === "mails" || one.deliveries[fact] > 0) && html`<div key=${fact}><dt>${t(`mail.${fact}`)}</dt><dd>${number(one.deliveries[fact])}</dd></div>`)}</dl></li>`)}</ul>
        <${More} of=${list} />`
    : html`<p class="soft">${t("messages.none")}</p>`}<//></section>`;
}

/** Figures over time, and each change, the last first. @param {OfEvent} props */
function Activity({ read: { event } }) {
  return html`<div class="stack"><${Plots} event=${event} /><${Happened} event=${event} /></div>`;
}

/** @param {{event: Schemas["Event"]}} props */
function Plots({ event }) {
  const [by, setBy] = useState("day");
  const read = useRead(async () => (await get("/events/{event_id}/figures", { params: { event_id: event.id }, query: { by } })).data, [event.id, by]);
  const moment = (/** @type {string} */ at) => time(at, event.timezone, by === "day" ? { dateStyle: "medium" } : undefined);
  return html`<section class="card"><div class="line"><h2>${t("figures.title")}</h2><div class="tabs" role="group" aria-label=${t("figures.title")}>${["day", "quarter_hour"].map((one) => html`
      <button key=${one} type="button" aria-pressed=${one === by} onClick=${() => setBy(one)}>${t(`figures.${one}`)}</button>`)}</div></div>
    <${Loaded} of=${read}>${(/** @type {Schemas["FiguresOverTime"]} */ { buckets, counted_until }) => html`
      ${counted_until && html`<p class="notice after">${t("figures.until", { at: moment(counted_until) })}</p>`}
      <div class="plots after">${SERIES.map((one) => html`<${Plot} key=${one} name=${t(`figures.${one}`)} values=${buckets.map((row) => row[one])} from=${moment(buckets[0].start)} to=${moment(buckets[buckets.length - 1].start)} />`)}</div>
      <details class="after"><summary>${t("figures.table")}</summary><div class="scroll" tabindex="0"><table><thead><tr><td></td>${SERIES.map((one) => html`<th key=${one} scope="col">${t(`figures.${one}`)}</th>`)}</tr></thead>
        <tbody>${buckets.filter((row) => SERIES.some((one) => row[one])).map((row) => html`<tr key=${row.start}><th scope="row">${moment(row.start)}</th>${SERIES.map((one) => html`<td key=${one}>${number(row[one])}</td>`)}</tr>`)}</tbody></table></div></details>`}<//></section>`;
}

/** Bars, which the table below has in numbers. @param {{name: string, values: number[], from: string, to: string}} props */
function Plot({ name, values, from, to }) {
  const most = Math.max(1, ...values);
  return html`<figure><figcaption><b>${number(values.reduce((sum, one) => sum + one, 0))}</b> ${name}</figcaption>
    <svg viewBox="0 0 ${values.length} 1" preserveAspectRatio="none" aria-hidden="true">${values.map((one, at) => one > 0 && html`<rect key=${at} x=${at + 0.1} y=${1 - one / most} width="0.8" height=${one / most} />`)}</svg>
    <p class="line soft small"><span>${from}</span><span>${to}</span></p></figure>`;
}

/** @param {{event: Schemas["Event"]}} props */
function Happened({ event }) {
  /** @param {string | null} cursor */
  const page = async (cursor) => (await get("/events/{event_id}/activity", { params: { event_id: event.id }, query: { cursor, page_size: 50 } })).data;
  const list = useList(page, [event.id]);
  return html`<section class="card"><h2>${t("event.activity")}</h2><${Loaded} of=${list}>${(/** @type {Schemas["ActivityEntryPage"]} */ { results }) => html`
    <ul class="plain">${results.map((one) => html`<li key=${one.id}>${one.enrollment && html`<a href="#/events/${event.id}/people/${one.enrollment.id}">${one.enrollment.name || "–"}</a>${" "}`}${one.member && `${one.member.name ?? one.member.email ?? "–"} `}
      <b>${one.kinds.map((kind) => known(`cause.${kind}`) ?? known(`status.${kind}`) ?? kind).join(", ")}</b> ${one.member ? t(`role.${one.member.role}`) : one.subject ?? facts(one.changed)}
      <br /><span class="soft small">${time(one.at, event.timezone)} · ${t(`actor.${one.actor}`)}</span></li>`)}</ul><${More} of=${list} />`}<//></section>`;
}

/** @param {string[]} names */
const facts = (names) => names.map((one) => known(`field.${one}`) ?? one).join(", ");

const ROLES = ["manager", "viewer", "check_in"];
const roles = () => Object.fromEntries(ROLES.map((one) => [one, t(`role.${one}`)]));

/** Who works on an event with its owner, and keys for devices at the door. @param {OfEvent} props */
function Team({ read: { event } }) {
  const isOwner = event.organizer.id === account.value?.id;
  const params = { event_id: event.id };
  const read = useRead(async () => (await get("/events/{event_id}/team", { params })).data.results, [event.id]);
  return html`<div class="stack"><section class="card"><h2>${t("team.title")}</h2><p class="soft">${t("team.what")}</p>
      <${Loaded} of=${read}>${(/** @type {Schemas["TeamMember"][]} */ members) => members.length
        ? html`<ul class="plain after">${members.map((one) => html`<${Member} key=${one.id} one=${one} event=${event} isOwner=${isOwner} reload=${read.reload} />`)}</ul>`
        : html`<p class="soft after">${t("team.none")}</p>`}<//>
      ${isOwner && html`<${Invite} event=${event} reload=${read.reload} />`}</section>
    ${isOwner && html`<section class="card"><h2>${t("team.keys")}</h2><p class="soft">${t("team.keys_what")}</p><${Keys} event=${event} /></section>`}</div>`;
}

/** @param {{one: Schemas["TeamMember"], event: Schemas["Event"], isOwner: boolean, reload: () => Promise<unknown>}} props */
function Member({ one, event, isOwner, reload }) {
  const params = { event_id: event.id, member_id: one.id };
  /** @param {any} change */
  const choose = async ({ target }) => {
    await send("patch", "/events/{event_id}/team/{member_id}", { params, body: { role: target.value } });
    tell(t("editor.saved"));
    await reload();
  };
  const remove = async () => {
    await send("delete", "/events/{event_id}/team/{member_id}", { params });
    await reload();
  };
  const name = one.name ?? one.email ?? "–";
  return html`<li class="line"><span><b>${name}</b> <${Mark} status=${one.status} /> <span class="soft small">${one.all_events ? t("team.all_events") : ""}
      ${one.status === "invited" && one.expires_at ? t("waitlist.until", { at: time(one.expires_at) }) : ""}</span></span>
    <span class="buttons">${isOwner && one.status === "member"
      ? html`<select aria-label=${t("team.role_of", { name })} value=${one.role} onChange=${choose}>${Object.entries(roles()).map(([role, text]) =>
          html`<option key=${role} value=${role} selected=${role === one.role}>${text}</option>`)}</select>`
      : t(`role.${one.role}`)}
      ${isOwner && html`<${Act} class="danger" act=${remove}>${t("remove")}<//>`}</span></li>`;
}

/** @param {{event: Schemas["Event"], reload: () => Promise<unknown>}} props */
function Invite({ event, reload }) {
  const form = useForm(`invite-${event.id}`, { email: "", role: "manager", all_events: false }, async (values) => {
    const body = { email: values.email.trim(), role: values.role, all_events: values.all_events };
    await send("post", "/events/{event_id}/team", { params: { event_id: event.id }, body });
    tell(t("team.invited", { email: values.email }));
    form.discard();
    await reload();
  });
  return html`<form class="after" onSubmit=${form.submit}><h3>${t("team.invite")}</h3><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="email" type="email" label=${t("email")} required />
      <${Field} form=${form} name="role" label=${t("team.role")} options=${roles()} /></div>
    <${Field} form=${form} name="all_events" type="checkbox" label=${t("team.all_events")} />
    <div><${Submit} form=${form}>${t("team.invite")}<//></div></form>`;
}
