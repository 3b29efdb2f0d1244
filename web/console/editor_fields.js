// The controls of an event, in the order in which organisers think of them.
import { get } from "../shared/api.js";
import { Field } from "../shared/form.js";
import { useRead } from "../shared/parts.js";
import { language, t } from "../shared/texts.js";
import { html } from "../shared/ui.js";

/** @typedef {import("../shared/form.js").Form} Form */

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
