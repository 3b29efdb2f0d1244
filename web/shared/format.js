// Times, numbers and money as the language writes them. Times of an event are shown in the event's zone.
import { language } from "./texts.js";

/**
 * @param {string} at
 * @param {string} [zone]
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function time(at, zone, options = { dateStyle: "medium", timeStyle: "short" }) {
  return new Intl.DateTimeFormat(language.value, { timeZone: zone, ...options }).format(new Date(at));
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(language.value).format(value);
}

/** @param {{starts_at: string, ends_at: string, timezone: string, all_day: boolean}} event */
export function span(event) {
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({
    timeZone: event.timezone, weekday: "short", day: "numeric", month: "short", year: "numeric",
    ...(event.all_day ? {} : { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }),
  });
  // The end of whole days is the midnight after the last one.
  const end = new Date(new Date(event.ends_at).getTime() - (event.all_day ? 1 : 0));
  return new Intl.DateTimeFormat(language.value, options).formatRange(new Date(event.starts_at), end);
}

/**
 * The wall clock of a moment in a zone, as `datetime-local` takes it.
 * @param {string | null} at
 * @param {string} zone
 */
export function toLocal(at, zone) {
  if (!at) return "";
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return parts.format(new Date(at)).replace(" ", "T");
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
