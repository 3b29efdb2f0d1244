// All fields of an event: a new one, or one that somebody else may be editing at the same time.
import { get, Problem, send } from "../shared/api.js";
import { ownZone, span, time, toLocal } from "../shared/format.js";
import { Dialog, Field, FormNotice, go, Heading, NOT_YET, Submit, tell, useForm, useRead } from "../shared/parts.js";
import { keep, recall } from "../shared/storage.js";
import { language, t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{event: Schemas["Event"], etag: string | null}} Read */

// What can take people who wait their hope.
const OF_SEATS = ["capacity", "party_max", "waitlist_mode"];

export function NewEvent() {
  const wanted = useRef("draft");
  const [seen, setSeen] = useState(/** @type {Foreseen | null} */ (null));
  const form = useForm("event-new", EMPTY, async (values, key) => {
    const body = toBody(values);
    if (wanted.current === "preview") {
      setSeen(await foreseen(body));
      return NOT_YET;
    }
    const status = wanted.current === "publish" ? "published" : "draft";
    const { data } = await send("post", "/events", { body: { ...body, status }, key });
    tell(t(status === "draft" ? "editor.kept_as_draft" : "editor.published"));
    go(`/events/${data.id}`);
  });
  const choice = (/** @type {string} */ one, className = "button") => html`<button type="submit" class=${className} aria-disabled=${form.busy}
    onClick=${() => (wanted.current = one)}>${t(`editor.${one}`)}</button>`;
  return html`<p class="back"><a href="#/">← ${t("events.title")}</a></p><${Heading}>${t("events.new")}<//>
    <form onSubmit=${form.submit} class="stack"><${FormNotice} form=${form} /><${Fields} form=${form} />
      <div class="buttons sticky">${choice("preview")}${choice("draft")}${choice("publish", "")}</div></form>
    ${seen && html`<${Preview} event=${seen} close=${() => setSeen(null)} />`}`;
}

/**
 * The event as it would be after a request, which changes nothing; refused as the request would be.
 * @param {object} body
 * @param {Read} [base] of an event that there is; its seats may be less than are taken
 */
async function foreseen(body, base) {
  const asked = { ...body, dry_run: true };
  const { data } = base ? await send("patch", "/events/{event_id}", { params: { event_id: base.event.id }, body: { ...asked, shrink: true }, ifMatch: base.etag })
    : await send("post", "/events", { body: asked });
  return /** @type {Schemas["EditedEvent"]} */ (data);
}

/** @typedef {Schemas["EditedEvent"]} Foreseen */

/** How many people have a seat although there would be fewer. @param {Foreseen} event */
const tooMany = (event) => (event.would?.seats_above_capacity ? event.attendees_count : 0);

/** What an edit would do to people. @param {{event: Foreseen}} props */
function Outcome({ event }) {
  const mails = event.would?.mail_to ?? 0;
  const vain = event.waiting_in_vain ?? [];
  return html`${tooMany(event) > 0 && html`<p class="after">${t("editor.shrink", { count: tooMany(event) })}</p>`}
    ${vain.length > 0 && html`<p class="after">${t("editor.would_vain", { names: vain.map((one) => one.name).join(", ") })}</p>`}
    ${mails > 0 && html`<p class="after">${t("editor.would_mail", { count: mails })}</p>`}`;
}

/** @param {{event: Foreseen, close: () => void}} props */
function Preview({ event, close }) {
  return html`<${Dialog} title=${t("editor.preview")} wide close=${close}><p class="soft">${t("editor.preview_what")}</p>
    <${Outcome} event=${event} /><section class="card after"><${AsSeen} event=${event} /></section><//>`;
}

/** What is asked before people lose something. @param {{event: Foreseen, agree: () => void, close: () => void}} props */
function Sacrifice({ event, agree, close }) {
  return html`<${Dialog} title=${t("editor.outcome")} close=${close}><${Outcome} event=${event} />
    <div class="buttons after"><button type="button" onClick=${agree}>${t("editor.outcome_go")}</button>
      <button type="button" class="button" onClick=${close}>${t("cancel")}</button></div><//>`;
}

/**
 * @param {{read: Read, saved: (read: Read, vain: Schemas["WaitingInVain"][]) => void}} props
 *   `saved` gets those who wait in vain after the edit
 */
export function EditEvent({ read, saved }) {
  const id = read.event.id;
  // A draft belongs to the version that it was begun on: a newer one meanwhile is a conflict, not overwritten.
  const base = useRef(/** @type {Read} */ (recall(`base:${id}`) ?? read));
  const [conflict, setConflict] = useState(/** @type {Read | null} */ (null));
  const [seen, setSeen] = useState(/** @type {Foreseen | null} */ (null));
  const [outcome, setOutcome] = useState(/** @type {Foreseen | null} */ (null));
  const looking = useRef(false);
  const agreed = useRef(/** @type {Foreseen | null} */ (null));
  const before = toValues(base.current.event);

  const form = useForm(`event-${id}`, { ...before, notify: true }, async (values) => {
    const fields = changedFields(toValues(base.current.event), /** @type {any} */ (values));
    const body = { ...toBody(/** @type {any} */ (values), fields), ...(values.notify ? {} : { notify: false }) };
    const [isLook, agreement] = [looking.current, agreed.current];
    looking.current = false;
    agreed.current = null;
    try {
      if (isLook) return setSeen(await foreseen(body, base.current)), NOT_YET;
      if (!fields.length) return settle(base.current, []);
      const found = !agreement && fields.some((one) => OF_SEATS.includes(one)) && await foreseen(body, base.current);
      if (found && (tooMany(found) || found.waiting_in_vain?.length)) return setOutcome(found), NOT_YET;
      const asked = { ...body, ...(agreement && tooMany(agreement) ? { shrink: true } : {}) };
      const { data, etag } = await send("patch", "/events/{event_id}", { params: { event_id: id }, body: asked, ifMatch: base.current.etag });
      settle({ event: data, etag }, data.waiting_in_vain ?? []);
    } catch (error) {
      if (error instanceof Problem && error.status === 412) setConflict(await current());
      throw error;
    }
  });
  const current = async () => {
    const { data, etag } = await get("/events/{event_id}", { params: { event_id: id } });
    return { event: data, etag };
  };
  /** @param {Read} now @param {Schemas["WaitingInVain"][]} inVain */
  const settle = (now, inVain) => {
    keep(`base:${id}`, null);
    base.current = now;
    tell(t("editor.saved"));
    saved(now, inVain);
    go(`/events/${id}`);
  };
  if (form.changed && !recall(`base:${id}`)) keep(`base:${id}`, base.current);
  const discard = () => {
    keep(`base:${id}`, null);
    base.current = read;
    form.discard();
  };
  /** @param {Record<string, string | boolean>} merged */
  const resolve = (merged) => {
    base.current = /** @type {Read} */ (conflict);
    keep(`base:${id}`, base.current);
    setConflict(null);
    for (const [field, value] of Object.entries(merged)) form.set(field, value);
    void form.submit();
  };
  const agree = () => {
    agreed.current = outcome;
    setOutcome(null);
    void form.submit();
  };
  return html`<form onSubmit=${form.submit} class="stack"><${FormNotice} form=${{ ...form, discard }} />
      <${Fields} form=${form} event=${read.event} />
      <div class="buttons sticky"><${Submit} form=${form}>${t("save")}<//>
        <button type="submit" class="button" aria-disabled=${form.busy} onClick=${() => (looking.current = true)}>${t("editor.preview")}</button>
        ${form.changed && html`<button type="button" class="button" onClick=${discard}>${t("editor.undo")}</button>`}</div></form>
    ${conflict && html`<${Conflict} before=${before} mine=${form.values} theirs=${toValues(conflict.event)} resolve=${resolve} close=${() => setConflict(null)} />`}
    ${outcome && html`<${Sacrifice} event=${outcome} agree=${agree} close=${() => setOutcome(null)} />`}
    ${seen && html`<${Preview} event=${seen} close=${() => setSeen(null)} />`}`;
}

/** An event as people see it. @param {{event: Schemas["Event"]}} props */
export function AsSeen({ event }) {
  return html`<h2>${event.title}</h2><${Facts} event=${event} />
    ${event.description_html ? html`<div class="description" dangerouslySetInnerHTML=${{ __html: event.description_html }}></div>`
      : html`<p class="soft">${t("event.no_description")}</p>`}`;
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

/** @typedef {import("../shared/parts.js").Form} Form */

const LANGUAGES = ["ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh"];
const REMINDERS = { "-P7D": "editor.in.P7D", "-P1D": "editor.in.P1D", "-PT3H": "editor.in.PT3H", "-PT1H": "editor.in.PT1H", "-PT15M": "editor.in.PT15M" };
const FOLLOW_UPS = { PT1H: "editor.after.PT1H", P1D: "editor.after.P1D", P7D: "editor.after.P7D" };

/** @param {{form: Form, event?: import("../types").Schemas["Event"]}} props */
export function Fields({ form, event }) {
  const part = { form };
  return html`
    <fieldset class="card"><legend>${t("editor.what")}</legend>
      <${Field} ...${part} name="title" label=${t("field.title")} required maxlength="200" />
      <${Field} ...${part} name="description" type="textarea" rows="8" label=${t("field.description")} hint=${t("editor.description_hint")} />
      <div class="pair"><${Field} ...${part} name="url" type="url" label=${t("field.url")} placeholder="https://" />
        <${Field} ...${part} name="tags" label=${t("field.tags")} hint=${t("editor.tags_hint")} />
        <${Field} ...${part} name="language" label=${t("field.language")} options=${named("language", LANGUAGES, form.values.language)} /></div>
      <div class="pair"><${Field} ...${part} name="cover_url" type="url" label=${t("field.cover_url")} placeholder="https://" />
        <${Field} ...${part} name="cover_alt" label=${t("field.cover_alt")} hint=${t("editor.alt_hint")} /></div>
      <${Field} ...${part} name="unlisted" type="checkbox" label=${t("field.unlisted")} />
    </fieldset>
    <${When} form=${form} />
    <${Where} form=${form} />
    <${Places} form=${form} />
    <details class="card"><summary>${t("editor.more")}</summary><div class="stack"><${More} form=${form} /></div></details>
    ${event && event.status === "published" && html`<${Field} ...${part} name="notify" type="checkbox" label=${t("editor.notify")} />`}`;
}

/** @param {{form: Form}} props */
function When({ form }) {
  const whole = Boolean(form.values.all_day);
  const type = whole ? "date" : "datetime-local";
  /** @param {Event} event */
  const whether = (event) => {
    const now = /** @type {HTMLInputElement} */ (event.target).checked;
    form.set("all_day", now);
    for (const field of ["starts_at", "ends_at"]) {
      const text = String(form.values[field]);
      if (text) form.set(field, now ? text.slice(0, 10) : `${text.slice(0, 10)}T09:00`);
    }
  };
  return html`<fieldset class="card"><legend>${t("editor.when")}</legend>
    <${Field} form=${form} name="all_day" type="checkbox" label=${t("field.all_day")} onChange=${whether} />
    <div class="pair"><${Field} key=${`s${type}`} form=${form} name="starts_at" type=${type} label=${t("field.starts_at")} required />
      <${Field} key=${`e${type}`} form=${form} name="ends_at" type=${type} label=${t(whole ? "field.last_day" : "field.ends_at")} hint=${t("editor.ends_hint")} />
      <${Field} form=${form} name="timezone" label=${t("field.timezone")} list="zones" required /></div>
    <datalist id="zones">${Intl.supportedValuesOf("timeZone").map((zone) => html`<option key=${zone} value=${zone}></option>`)}</datalist>
  </fieldset>`;
}

/** @param {{form: Form}} props */
function Where({ form }) {
  const countries = useRead(async () => (await get("/countries")).data.results, []);
  const codes = (countries.data ?? []).map((one) => one.code);
  return html`<fieldset class="card"><legend>${t("editor.where")}</legend>
    <div class="pair"><${Field} form=${form} name="location" label=${t("field.location")} maxlength="200" />
      <${Field} form=${form} name="country" label=${t("field.country")} options=${named("region", codes, form.values.country)} /></div>
    <${Field} form=${form} name="online" type="checkbox" label=${t("field.online")} /></fieldset>`;
}

/** @param {{form: Form}} props */
function Places({ form }) {
  return html`<fieldset class="card"><legend>${t("editor.places")}</legend>
    <div class="pair"><${Field} form=${form} name="capacity" type="number" min="0" label=${t("field.capacity")} hint=${t("editor.capacity_hint")} />
      <${Field} form=${form} name="party_max" type="number" min="1" max="20" label=${t("field.party_max")} hint=${t("editor.party_hint")} />
      <${Field} form=${form} name="price" inputmode="decimal" label=${t("field.price")} hint=${t("editor.price_hint")} />
      <${Field} form=${form} name="currency" label=${t("field.currency")} maxlength="3" placeholder="EUR" /></div>
    <${Field} form=${form} name="waitlist_mode" label=${t("field.waitlist_mode")} options=${choices("waitlist", ["auto", "offer", "off"])} />
    <${Field} form=${form} name="guests_allowed" type="checkbox" label=${t("field.guests_allowed")} hint=${t("editor.guests_hint")} />
    <${Field} form=${form} name="walk_ins" type="checkbox" label=${t("field.walk_ins")} hint=${t("editor.walk_ins_hint")} />
  </fieldset>`;
}

/** @param {{form: Form}} props */
function More({ form }) {
  const number = { form, type: "number", min: "0" };
  return html`
    <div class="pair"><${Field} form=${form} name="enrollment_opens_at" type="datetime-local" label=${t("field.enrollment_opens_at")} hint=${t("editor.opens_hint")} />
      <${Field} form=${form} name="enrollment_closes_at" type="datetime-local" label=${t("field.enrollment_closes_at")} hint=${t("editor.closes_hint")} /></div>
    <${Durations} form=${form} name="reminders" choices=${REMINDERS} />
    <${Durations} form=${form} name="follow_ups" choices=${FOLLOW_UPS} />
    <div class="pair"><${Field} ...${number} name="hold_minutes" label=${t("field.hold_minutes")} />
      <${Field} ...${number} name="guest_hold_minutes" label=${t("field.guest_hold_minutes")} />
      <${Field} ...${number} name="offer_minutes" label=${t("field.offer_minutes")} />
      <${Field} ...${number} name="no_show_release_minutes" label=${t("field.no_show_release_minutes")} hint=${t("editor.no_show_hint")} /></div>
    <div class="pair"><${Field} form=${form} name="party_policy" label=${t("field.party_policy")} options=${choices("party", ["strict", "best_fit"])} />
      <${Field} ...${number} name="max_skips" label=${t("field.max_skips")} />
      <${Field} ...${number} name="on_sale_shards" label=${t("field.on_sale_shards")} hint=${t("editor.shards_hint")} /></div>`;
}

/**
 * Several durations to tick; one that was set elsewhere stays in the list.
 * @param {{form: Form, name: string, choices: Record<string, string>}} props
 */
function Durations({ form, name, choices: usual }) {
  form.shown.add(name);
  const chosen = String(form.values[name]).split(",").map((one) => one.trim()).filter(Boolean);
  const all = [...new Set([...Object.keys(usual), ...chosen])];
  /** @param {string} one @param {boolean} on */
  const toggle = (one, on) => form.set(name, all.filter((other) => (other === one ? on : chosen.includes(other))).join(", "));
  return html`<fieldset class="ticks"><legend>${t(`field.${name}`)}</legend>
    ${form.faults[name] && html`<p class="fault">${form.faults[name]}</p>`}
    <div class="buttons">${all.map((one) => html`<label key=${one}><input type="checkbox" checked=${chosen.includes(one)}
      onChange=${(/** @type {any} */ event) => toggle(one, event.target.checked)} /> ${usual[one] ? t(usual[one]) : one}</label>`)}</div></fieldset>`;
}

/** @param {string} group @param {string[]} ones */
function choices(group, ones) {
  return Object.fromEntries(ones.map((one) => [one, t(`${group}.${one}`)]));
}

/**
 * Codes by their names in the person's language, an empty choice first.
 * @param {"language" | "region"} type
 * @param {string[]} codes
 * @param {string} own
 */
function named(type, codes, own) {
  const names = new Intl.DisplayNames(language.value, { type });
  const all = codes.includes(own) || !own ? codes : [...codes, own];
  const pairs = all.map((code) => /** @type {[string, string]} */ ([code, names.of(code) ?? code]));
  return Object.fromEntries([["", "–"], ...pairs.sort((a, b) => a[1].localeCompare(b[1], language.value))]);
}

/** @typedef {Record<string, string | boolean>} Values */

/**
 * @param {{before: Values, mine: Values, theirs: Values, resolve: (merged: Values) => void, close: () => void}} props
 */
export function Conflict({ before, mine, theirs, resolve, close }) {
  const differing = FIELDS.filter((field) => mine[field] !== theirs[field]);
  // Only what both touched is a question; otherwise the one who touched it is right.
  const [taken, setTaken] = useState(/** @type {Record<string, "mine" | "theirs">} */ (
    Object.fromEntries(differing.map((field) => [field, mine[field] === before[field] ? "theirs" : "mine"]))));
  const merge = (/** @type {Event} */ event) => {
    event.preventDefault();
    resolve(Object.fromEntries(FIELDS.map((field) => [field, (taken[field] === "mine" ? mine : theirs)[field]])));
  };
  return html`<${Dialog} title=${t("conflict.title")} wide close=${close}><form onSubmit=${merge}>
    <p>${t("conflict.why")}</p>
    ${differing.map((field) => html`<fieldset key=${field} class="versions"><legend>${t(`field.${field}`)}</legend>
      ${/** @type {const} */ (["theirs", "mine"]).map((side) => {
        const value = (side === "mine" ? mine : theirs)[field];
        return html`<label key=${side} class=${taken[field] === side ? "chosen" : ""}>
          <span><input type="radio" name=${field} checked=${taken[field] === side} onChange=${() => setTaken({ ...taken, [field]: side })} />
            ${" "}<b>${t(`conflict.${side}`)}</b></span>
          <span class="value">${shown(value)}</span></label>`;
      })}</fieldset>`)}
    <div class="buttons"><button type="submit">${t("conflict.go")}</button>
      <button type="button" class="button" onClick=${close}>${t("conflict.back")}</button></div></form><//>`;
}

/** @param {string | boolean} value */
function shown(value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return value || t("conflict.empty");
}


const NUMBERS = ["capacity", "party_max", "hold_minutes", "guest_hold_minutes", "offer_minutes", "max_skips", "on_sale_shards", "no_show_release_minutes"];
const LISTS = ["tags", "reminders", "follow_ups"];
const TIMES = ["starts_at", "ends_at", "enrollment_opens_at", "enrollment_closes_at"];
const FLAGS = ["all_day", "online", "guests_allowed", "walk_ins", "unlisted"];
// Empty means the default or nothing, and is null to the API; these are never null there.
const TEXTS = ["title", "description", "price", "timezone", "waitlist_mode", "party_policy"];
export const FIELDS = [...TEXTS, ...FLAGS, ...TIMES, "location", "country", "language", "url", "cover_url", "cover_alt", "currency", ...NUMBERS, ...LISTS];

export const EMPTY = /** @type {Values} */ ({
  title: "", description: "", starts_at: "", ends_at: "", all_day: false, timezone: ownZone(), location: "", country: "", online: false,
  language: "", url: "", cover_url: "", cover_alt: "", unlisted: false, tags: "", capacity: "", price: "0", currency: "", party_max: "1", waitlist_mode: "auto", guests_allowed: true, walk_ins: false,
  enrollment_opens_at: "", enrollment_closes_at: "", hold_minutes: "15", guest_hold_minutes: "60", offer_minutes: "720",
  party_policy: "strict", max_skips: "3", on_sale_shards: "", no_show_release_minutes: "", reminders: "-PT1H", follow_ups: "PT1H",
});

/** @param {Schemas["Event"]} event @returns {Values} */
export function toValues(event) {
  /** @type {Values} */
  const values = {};
  for (const field of FIELDS) {
    const value = /** @type {any} */ (event)[field];
    if (FLAGS.includes(field)) values[field] = Boolean(value);
    else if (LISTS.includes(field)) values[field] = value.join(", ");
    else if (TIMES.includes(field)) values[field] = toLocal(value, event.timezone);
    else values[field] = value === null || value === undefined ? "" : String(value);
  }
  // What the API has worked out itself stays open to be worked out anew.
  if (event.ends_at_assumed) values.ends_at = "";
  if (event.enrollment_closes_at === event.starts_at) values.enrollment_closes_at = "";
  if (event.all_day) {
    values.starts_at = String(values.starts_at).slice(0, 10);
    // The end of whole days is the midnight after the last one.
    const last = new Date(new Date(event.ends_at).getTime() - 1).toISOString();
    values.ends_at = event.ends_at_assumed ? "" : toLocal(last, event.timezone).slice(0, 10);
  }
  return values;
}

/**
 * The fields of a request, from those that are named.
 * @param {Values} values
 * @param {string[]} fields
 */
export function toBody(values, fields = FIELDS) {
  return Object.fromEntries(fields.map((field) => [field, converted(field, values)]));
}

/** @param {string} field @param {Values} values */
function converted(field, values) {
  const value = values[field];
  if (typeof value === "boolean") return value;
  const text = value.trim();
  if (LISTS.includes(field)) return text.split(",").map((one) => one.trim()).filter(Boolean);
  if (TEXTS.includes(field)) return field === "description" ? value : text;
  if (!text) return null;
  if (NUMBERS.includes(field)) return Number(text);
  // Without offset a time is local to the event's zone. A day counts as a whole wherever in it the time is.
  if (TIMES.includes(field) && text.length === 10) return `${text}T${field === "ends_at" ? "12:00" : "00:00"}`;
  return text;
}

/**
 * Fields that differ, and with a zone or whole days all times, which mean something else then.
 * @param {Values} before
 * @param {Values} now
 */
export function changedFields(before, now) {
  const changed = FIELDS.filter((field) => before[field] !== now[field]);
  if (!changed.includes("timezone") && !changed.includes("all_day")) return changed;
  return FIELDS.filter((field) => changed.includes(field) || (TIMES.includes(field) && now[field]));
}
