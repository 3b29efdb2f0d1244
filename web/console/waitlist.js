// Who waits, in their order, and to whom a seat is offered.
import { get, send, tagOf } from "../shared/api.js";
import { time } from "../shared/format.js";
import { Act, Empty, Loaded, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html } from "../shared/ui.js";
import { Marks, usePages } from "./people.js";

/** @typedef {import("../types").Schemas} Schemas */

/** @param {import("./event.js").OfEvent} props */
export function Waitlist({ read, reload }) {
  const { event } = read;
  const offers = usePages(event.id, { status: "offered", q: "" });
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
