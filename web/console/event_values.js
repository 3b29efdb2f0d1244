// An event as the editor's controls have it, all text and flags, and back as the API takes it.
import { ownZone, toLocal } from "../shared/format.js";

/** @typedef {import("../types").Schemas["Event"]} Event */
/** @typedef {Record<string, string | boolean>} Values */

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

/** @param {Event} event @returns {Values} */
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
