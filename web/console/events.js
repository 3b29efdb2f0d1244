// My events, those of the teams one is in, and what one is invited to.
import { account, cursorOf, get, send, session } from "../shared/api.js";
import { span, time } from "../shared/format.js";
import { Act, Empty, Heading, Loaded, Mark, route, stay, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useEffect, useState } from "../shared/ui.js";

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

/** Waits until the person has stopped typing. @param {string} value */
export function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
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
  const read = useRead(() => page(null), [sought]);
  const more = async () => {
    const now = /** @type {Schemas["OwnEventPage"]} */ (read.data);
    const next = await page(cursorOf(now.next));
    read.put({ ...next, results: [...now.results, ...next.results] });
  };
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["OwnEventPage"]} */ found) => found.results.length
    ? html`<ul class="rows" aria-busy=${read.busy}>${found.results.map((one) => html`<${Row} key=${one.id} event=${one} />`)}</ul>
        ${found.next && html`<p class="more"><${Act} act=${more}>${t("more")}<//></p>`}`
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
