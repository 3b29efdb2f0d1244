// One event: what stands on every screen of it, the overview, and what its people are told.
import { explained, get, Problem, send } from "../shared/api.js";
import { span, time } from "../shared/format.js";
import { Act, Copy, Dialog, Field, FormNotice, go, Heading, Loaded, Mark, NOT_YET, Submit, tell, useForm, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";
import { EditEvent } from "./editor.js";
import { People, Waitlist } from "./people.js";
import { Team } from "./team.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{event: Schemas["Event"], etag: string | null}} Read */
/** @typedef {{read: Read, reload: () => Promise<void>, more: string[]}} OfEvent what a screen of an event gets */

// Each by the part of the address that opens it.
/** @type {Record<string, any>} */
const SCREENS = {
  "": Overview,
  people: People,
  waitlist: Waitlist,
  messages: Messages,
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
        <h2>${event.title}</h2><${Facts} event=${event} />
        ${event.description_html ? html`<div class="description" dangerouslySetInnerHTML=${{ __html: event.description_html }}></div>`
          : html`<p class="soft">${t("event.no_description")}</p>`}
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

/** @param {{event: Schemas["Event"]}} props */
function Facts({ event }) {
  const zone = event.timezone;
  const facts = [
    [t("editor.when"), span(event)],
    [t("editor.where"), [event.location, event.online && t("event.online")].filter(Boolean).join(" · ")],
    [t("field.url"), event.url && html`<a href=${event.url} target="_blank" rel="noopener">${event.url}</a>`],
    [t("field.price"), Number(event.price) ? `${event.price} ${event.currency}` : t("event.free")],
    [t("field.enrollment_opens_at"), event.enrollment_opens_at && time(event.enrollment_opens_at, zone)],
    [t("field.enrollment_closes_at"), event.enrollment_closes_at !== event.starts_at && time(event.enrollment_closes_at, zone)],
    [t("field.tags"), event.tags.join(", ")],
  ];
  return html`<dl class="facts after">${facts.filter(([, value]) => value).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
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

const SEGMENTS = ["confirmed", "waitlisted", "checked_in", "not_checked_in"];

/** @param {import("./event.js").OfEvent} props */
export function Messages({ read }) {
  const { event } = read;
  const [preview, setPreview] = useState(/** @type {{recipients: number, confirm: string} | null} */ (null));
  const confirmed = useRef("");
  const initial = { segment: "confirmed", subject: "", body: "" };
  const form = useForm(`message-${event.id}`, initial, async (values, key) => {
    const request = { params: { event_id: event.id }, query: { confirm: confirmed.current }, body: values, key };
    confirmed.current = "";
    try {
      const { data } = await send("post", "/events/{event_id}/messages", request);
      setPreview(null);
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
      <div><${Submit} form=${form}>${t("messages.preview")}<//></div></form>
    ${preview && html`<${Dialog} title=${t("messages.preview_title")} close=${() => setPreview(null)}>
      <p>${t("messages.reaches", { count: preview.recipients })}</p>
      <article class="card after"><h3>${form.values.subject}</h3><p class="words after">${form.values.body}</p></article>
      ${form.said && html`<p class="notice bad" role="alert">${form.said}</p>`}
      <div class="buttons"><button type="button" aria-disabled=${form.busy} onClick=${go}>${form.busy ? t("busy") : t("messages.send")}</button>
        <button type="button" class="button" onClick=${() => setPreview(null)}>${t("messages.back")}</button></div><//>`}`;
}
