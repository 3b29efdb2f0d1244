// What a device says of a code, by its list and what it did itself: nothing here knows a clock, a network or a page.
import { beginOf } from "./ticket.js";

/**
 * @typedef {{id: string, name: string, party_size: number, checked_in_people: number, checked_in_at: string | null,
 *   status: string, generation: number}} Row one of the list, as the API tells it
 * @typedef {{n?: number, event: string, id: string | null, code: string | null, at: string, people: number | null,
 *   undo: boolean}} Scan what waits to be handed in; `people` null: all of the party who are not here yet
 * @typedef {"welcome" | "used" | "foreign" | "cancelled" | "waiting" | "held" | "earlier" | "unlisted" | "unknown"
 *   | "walkin" | "full" | "enrolled"} Kind the last three of somebody who was enrolled here, or was not
 * @typedef {{kind: Kind, row: Row | null, before: number, people: number, party: number, since: string | null,
 *   here: boolean, checked: boolean}} Verdict
 *   `before` were in before this, `people` come in now; `since` when the first of them came, `here` by this device
 * @typedef {{people: number, since: string | null, here: boolean}} Presence
 */

/**
 * Who of a party is in: what the service said, and on top of it what this device has not handed in yet.
 * @param {Row} row
 * @param {Scan[]} waiting scans of this row
 * @returns {Presence}
 */
export function presence(row, waiting) {
  let people = row.checked_in_people;
  let since = row.checked_in_at;
  let here = false;
  for (const scan of [...waiting].sort((one, other) => (one.at < other.at ? -1 : 1))) {
    if (scan.undo) {
      people = 0;
      since = null;
      here = false;
      continue;
    }
    if (!people) {
      since = scan.at;
      here = true;
    }
    people = Math.min(row.party_size, people + (scan.people ?? row.party_size));
  }
  return { people, since, here };
}

/**
 * @param {import("./ticket.js").Code} code
 * @param {string} event whose door this is
 * @param {(begins: string) => Row | undefined} find
 * @param {(row: Row) => Scan[]} waitingOf
 * @returns {Verdict}
 */
export function decide(code, event, find, waitingOf) {
  /** @type {Verdict} */
  const nothing = { kind: "unknown", row: null, before: 0, people: 0, party: 0, since: null, here: false, checked: true };
  if (code.kind === "none") return nothing;
  const generation = code.kind === "ticket" ? code.ticket.generation : code.generation;
  const checked = code.kind === "ticket" && code.checked;
  if (code.kind === "ticket" && code.ticket.event !== event) return { ...nothing, kind: "foreign", checked };
  const row = find(code.kind === "ticket" ? code.ticket.begins : beginOf(code.id));
  const isNewer = row && generation !== null && generation > row.generation;
  if (!row || isNewer) {
    // The signature says that the service has made it: somebody who enrolled after the list was loaded.
    if (code.kind !== "ticket" || !checked) return { ...nothing, row: row ?? null, checked };
    const party = code.ticket.party;
    return { ...nothing, kind: "unlisted", row: row ?? null, people: party, party, checked };
  }
  if (generation !== null && generation < row.generation) return { ...nothing, kind: "earlier", row, checked };
  return { ...decideRow(row, waitingOf(row)), checked };
}

/**
 * Without a ticket: somebody was found by their name.
 * @param {Row} row
 * @param {Scan[]} waiting
 * @returns {Verdict}
 */
export function decideRow(row, waiting) {
  const { people, since, here } = presence(row, waiting);
  const missing = row.party_size - people;
  /** @type {Kind} */
  const kind =
    row.status === "cancelled" ? "cancelled"
    : row.status === "waitlisted" ? "waiting"
    : row.status === "held" ? "held"
    : missing > 0 ? "welcome"
    : "used";
  const letsIn = kind === "welcome";
  return { kind, row, before: people, people: letsIn ? missing : 0, party: row.party_size, since, here, checked: true };
}

/** Whether somebody goes in: only then something is handed in. @param {Kind} kind */
export const letsIn = (kind) => kind === "welcome" || kind === "unlisted" || kind === "walkin";

/** Somebody was enrolled at this door, and is in. @param {Row} row @returns {Verdict} */
export function walkedIn(row) {
  const party = row.party_size;
  return { kind: "walkin", row, before: 0, people: party, party, since: row.checked_in_at, here: true, checked: true };
}

/**
 * What a refusal to enrol somebody is at the door; null where it is no verdict of the person, but said beside the form.
 * @param {string} code
 * @returns {Verdict | null}
 */
export function notEnrolled(code) {
  /** @type {Kind | null} */
  const kind = code === "event_full" ? "full" : code === "already_enrolled" ? "enrolled" : null;
  return kind && { kind, row: null, before: 0, people: 0, party: 0, since: null, here: false, checked: true };
}

/**
 * What the service made of a scan that let somebody in here, where that is another thing than was said at the door.
 * Of two devices the one that scanned first was right, whichever handed in first.
 * @param {{status: string, checked_in_at: string | null}} result
 * @param {string} at when it was scanned
 * @returns {"" | "used" | "refused" | "without_seat"}
 */
export function surprise(result, at) {
  if (result.status === "already_checked_in") return Date.parse(result.checked_in_at ?? at) < Date.parse(at) ? "used" : "";
  if (result.status === "checked_in_without_seat") return "without_seat";
  return result.status === "refused" ? "refused" : "";
}

/** Whether a scan stays in the queue: the service was too busy for it. @param {{status: string, code: string | null}} result */
export const isToRepeat = (result) => result.status === "refused" && result.code === "busy";

/**
 * Whether others had let a whole party in before this device did, as the list tells it now.
 * @param {{at: string, before: number, undone: boolean}} entry
 * @param {Row | undefined} row
 */
export function wasFirstElsewhere(entry, row) {
  return Boolean(!entry.undone && !entry.before && row?.checked_in_at && Date.parse(row.checked_in_at) < Date.parse(entry.at));
}

/** Texts as a search compares them: without case and accents. @param {string} text */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * The first of those whose name has each word of the question.
 * @param {Iterable<Row>} rows
 * @param {string} question
 * @param {number} most
 */
export function named(rows, question, most) {
  const words = folded(question).split(/\s+/).filter(Boolean);
  /** @type {Row[]} */
  const found = [];
  if (!words.length) return found;
  for (const row of rows) {
    const name = folded(row.name);
    if (words.every((word) => name.includes(word))) found.push(row);
    if (found.length === most) break;
  }
  return found.sort((one, other) => one.name.localeCompare(other.name));
}
