// The state of the device: its list, what it has scanned, and how it keeps both in step with the service.
import { batch, signal } from "../shared/ui.js";
import { cursorOf, get, Offline, Refused, send } from "./calls.js";
import { forget, keepDoor, keepList, keepScans, recall, settle } from "./store.js";
import { beginOf, readCode } from "./ticket.js";
import { keep } from "../shared/storage.js";
import { decide, decideRow, isToRepeat, letsIn, presence, surprise, walkedIn } from "./verdict.js";

/**
 * @typedef {import("./store.js").Door} Door
 * @typedef {import("./store.js").Entry} Entry
 * @typedef {import("./verdict.js").Row} Row
 * @typedef {import("./verdict.js").Scan} Scan
 * @typedef {import("./verdict.js").Verdict} Verdict
 * @typedef {"loading" | "none" | "ready" | "revoked" | "over"} State
 */

const AT_ONCE = 200; // scans of one request
const LIST_AGAIN_MS = 12 * 3600_000; // names that people changed, and people who were erased, come with a whole list only
const CHANGES_MS = 5 * 60_000;
const SOON_MS = 20_000;
/** Under which name this tab keeps what was typed of a walk-in. */
export const DRAFT = "walk-in";
const KEPT_SCANS_MS = 14 * 24 * 3600_000;

/** @type {import("../types").Signal<State>} */
export const state = signal("loading");
/** @type {import("../types").Signal<Door | null>} */
export const door = signal(null);
/** @type {import("../types").Signal<Scan[]>} those of this event that are still to be handed in, in their order */
export const queue = signal([]);
/** @type {import("../types").Signal<Entry[]>} the newest first */
export const log = signal([]);
/** Whether the service answered the last time. */
export const online = signal(true);
/** Counts up with every change of the list. */
export const changes = signal(0);
/** How many people of a whole list are read so far; 0 while none is being read. */
export const reading = signal(0);
/** The code of a problem that lasts: the event was cancelled, or the service has trouble. */
export const trouble = signal("");

/** @type {Map<string, Row>} */
export const people = new Map();
/** @type {Map<string, Row>} */
const byBegin = new Map();
let changesAt = 0;
let figures = "";
let lastStamp = 0;

/** @param {Row[]} rows @param {boolean} whole */
function know(rows, whole) {
  if (whole) {
    people.clear();
    byBegin.clear();
  }
  for (const row of rows) {
    people.set(row.id, row);
    byBegin.set(beginOf(row.id), row);
  }
  changes.value++;
}

/** Begin with what a link says, or with what the device kept. @param {{key: string, event: string} | null} link */
export async function open(link) {
  const kept = await recall();
  const old = kept.queue.filter((scan) => Date.parse(scan.at) < Date.now() - KEPT_SCANS_MS);
  if (old.length) await settle(old.map((scan) => Number(scan.n)), [], []);
  let mine = kept.door;
  if (link && (mine?.key !== link.key || mine.event !== link.event)) {
    if (mine?.event !== link.event) await forget({ scans: false });
    const same = mine?.event === link.event ? mine : null;
    mine = { info: null, updatedAfter: null, listedAt: 0, offset: 0, keys: [], ...same, ...link };
    if (!same) Object.assign(kept, { people: [], log: [] });
    await keepDoor(mine);
  }
  const found = mine;
  batch(() => {
    know(found ? kept.people : [], true);
    queue.value = kept.queue.filter((scan) => scan.event === found?.event);
    log.value = found ? kept.log.reverse() : [];
    door.value = found;
    state.value = found ? "ready" : "none";
    trouble.value = "";
    online.value = navigator.onLine;
  });
  await forgetInTime();
}

/** The service's time, as far as this device knows it; no two scans have the same. */
function stamp() {
  lastStamp = Math.max(Date.now() + (door.value?.offset ?? 0), lastStamp + 1);
  return new Date(lastStamp).toISOString();
}

/** @param {Row} row */
export const waitingOf = (row) => queue.value.filter((scan) => scan.id === row.id);

/** @param {Row} row */
export const presenceOf = (row) => presence(row, waitingOf(row));

/** How many are in: what the service says of all devices, and what this one has not handed in yet. */
export function countIn() {
  const info = door.value?.info;
  if (!info) return null;
  let more = 0;
  for (const id of new Set(queue.value.map((scan) => scan.id))) {
    const row = id === null ? undefined : people.get(id);
    if (row) more += presenceOf(row).people - row.checked_in_people;
  }
  for (const scan of queue.value) more += scan.id === null && !scan.undo ? (scan.people ?? 1) : 0;
  return Math.max(0, info.checked_in_people + more);
}

// --- At the door

/**
 * Somebody shows a code: what is to be said, and who may go in is in.
 * @param {string} text
 * @returns {Promise<{verdict: Verdict, entry: Entry | null}>}
 */
export async function scan(text) {
  const { event, keys } = /** @type {Door} */ (door.value);
  const code = await readCode(text.trim(), keys);
  const verdict = decide(code, event, (begins) => byBegin.get(begins), waitingOf);
  const id = verdict.kind === "unlisted" ? (verdict.row?.id ?? null) : null;
  const repeated = verdict.kind === "unlisted" && log.value.some((one) => one.detail === text.trim() && !one.undone);
  if (repeated) return { verdict: { ...verdict, kind: "used", before: verdict.party, people: 0, here: true }, entry: null };
  return { verdict, entry: await noted(verdict, verdict.kind === "unlisted" ? { id, code: text.trim() } : null) };
}

/** Somebody was found by their name. @param {Row} row */
export async function admit(row) {
  const verdict = decideRow(row, waitingOf(row));
  return { verdict, entry: await noted(verdict, null) };
}

/** From when on this door enrols people; null: it does not. */
export const walkInsFrom = () => door.value?.info?.walk_ins_from ?? null;

/** Whether the service's clock is that far, as far as this device knows it. @param {string} at */
export const hasCome = (at) => Date.now() + (door.value?.offset ?? 0) >= Date.parse(at);

/**
 * Somebody is enrolled and in, if a seat is free: only the service knows. Throws `Offline` and `Refused`.
 * @param {{name: string, email?: string, party_size: number}} body
 * @param {string} once stays the same until there is an answer
 */
export async function walkIn(body, once) {
  const { key, event } = /** @type {Door} */ (door.value);
  const row = await send("post", "/events/{event_id}/door/walk-ins", { key, event, body, once });
  const mine = /** @type {Door} */ (door.value);
  const more = people.has(row.id) || !mine.info ? 0 : row.checked_in_people;
  const info = mine.info && { ...mine.info, attendees_count: mine.info.attendees_count + more, checked_in_people: mine.info.checked_in_people + more };
  const now = { ...mine, info };
  await keepList(now, [row], false);
  batch(() => {
    door.value = now;
    know([row], false);
  });
  const verdict = walkedIn(row);
  setTimeout(sync, 500);
  return { verdict, entry: await noted(verdict, null) };
}

/**
 * @param {Verdict} verdict
 * @param {{id: string | null, code: string} | null} unlisted by what the service will know somebody who is on no list here
 */
async function noted(verdict, unlisted) {
  const at = verdict.kind === "walkin" && verdict.since ? verdict.since : stamp();
  const scans = letsIn(verdict.kind) && verdict.kind !== "walkin"
    ? [scanOf({ id: verdict.row?.id ?? null, code: unlisted?.code ?? null, at })]
    : [];
  const entry = await keepScans(scans, {
    id: verdict.row?.id ?? null, name: verdict.row?.name ?? "", kind: verdict.kind, at, before: verdict.before,
    people: verdict.people, party: verdict.party, undone: false, told: "", since: verdict.since, detail: unlisted?.code ?? "",
  });
  remember(scans, entry);
  return entry;
}

/**
 * So many of a party are in, whatever was said before: the others did not come (yet).
 * @param {Entry} entry
 * @param {number} total none: it was a mistake
 */
export async function correct(entry, total) {
  const by = { id: entry.id, code: entry.id ? null : entry.detail };
  const scans = [scanOf({ ...by, at: stamp(), undo: true })];
  if (total) scans.push(scanOf({ ...by, at: stamp(), people: total }));
  const changed = { ...entry, people: Math.max(0, total - entry.before), undone: total <= entry.before };
  await keepScans(scans, null, changed);
  remember(scans, null, changed);
  return changed;
}

/** @param {{id: string | null, code: string | null, at: string, undo?: boolean, people?: number}} what @returns {Scan} */
function scanOf({ id, code, at, undo = false, people: number = undefined }) {
  return { event: /** @type {Door} */ (door.value).event, id, code, at, undo, people: number ?? null };
}

/** @param {Scan[]} scans @param {Entry | null} entry @param {Entry | null} changed */
function remember(scans, entry, changed = null) {
  batch(() => {
    queue.value = [...queue.value, ...scans];
    if (entry) log.value = [entry, ...log.value];
    if (changed) log.value = log.value.map((one) => (one.n === changed.n ? changed : one));
  });
  if (scans.length) setTimeout(sync, 500);
}

// --- In step with the service

/** @type {Promise<void> | null} */
let running = null;
let isWanted = false;

/** Hand in, ask for the figures, and for what has changed. One after the other; never fails. @returns {Promise<void>} */
export function sync() {
  isWanted = true;
  running ??= (async () => {
    while (isWanted && door.value && state.value === "ready") {
      isWanted = false;
      await once(door.value);
    }
    running = null;
  })();
  return running;
}

/** @param {Door} mine */
async function once(mine) {
  try {
    if (await forgetInTime()) return;
    await handIn(mine);
    await look(mine);
    batch(() => {
      online.value = true;
      trouble.value = "";
    });
  } catch (error) {
    reading.value = 0;
    if (door.value?.key !== mine.key) return;
    if (error instanceof Offline) online.value = false;
    else if (error instanceof Refused && [401, 403, 404].includes(error.status)) await end("revoked");
    else {
      online.value = true;
      trouble.value = error instanceof Refused && error.code === "event_cancelled" ? error.code : "internal_error";
    }
  }
}

/** @param {Door} mine */
async function handIn({ key, event }) {
  while (queue.value.length) {
    const part = queue.value.slice(0, AT_ONCE);
    const rows = part.map(({ id, code, at, undo, people: number }) =>
      ({ ...(code ? { code } : { enrollment_id: id }), checked_in_at: at, undo, ...(undo ? {} : { people: number }) }));
    const { results } = await send("post", "/events/{event_id}/check-ins", { key, event, body: { rows } });
    if (!(await answered(part, results))) return;
  }
}

/**
 * Whether anything left the queue.
 * @param {Scan[]} part
 * @param {import("../types").Schemas["ScanResult"][]} results
 */
async function answered(part, results) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** @type {Map<number, Entry>} */
  const entries = new Map();
  /** @type {Set<number>} */
  const done = new Set();
  part.forEach((one, at) => {
    const result = results[at];
    if (isToRepeat(result)) return;
    done.add(Number(one.n));
    const row = people.get(result.enrollment_id ?? "");
    if (row) rows.set(row.id, { ...row, checked_in_people: result.checked_in_people, checked_in_at: result.checked_in_at });
    const entry = log.value.find((other) => other.scan === one.n);
    if (entry) {
      // A clock that was a little ahead is set right by the service.
      const at = result.status === "checked_in" && !entry.before ? (result.checked_in_at ?? entry.at) : entry.at;
      const told = surprise(result, one.at);
      entries.set(entry.n, { ...entry, at, id: entry.id ?? result.enrollment_id, told, since: result.checked_in_at });
    }
  });
  await settle([...done], [...rows.values()], [...entries.values()]);
  batch(() => {
    know([...rows.values()], false);
    queue.value = queue.value.filter((one) => !done.has(Number(one.n)));
    log.value = log.value.map((one) => entries.get(one.n) ?? one);
  });
  return done.size > 0;
}

/** @param {Door} mine */
async function look(mine) {
  const { key, event } = mine;
  const asked = Date.now();
  const info = await get("/events/{event_id}/door", { key, event });
  // Half of the time that the answer took is its way back.
  const offset = Date.parse(info.now) - (asked + Date.now()) / 2;
  let keys = mine.keys;
  if (!keys.length || asked - mine.listedAt > CHANGES_MS) keys = /** @type {any} */ ((await get("/tickets/key", {})).keys);
  const now = { ...mine, info, offset: Math.abs(offset) < 1500 ? 0 : Math.round(offset), keys };
  await keepDoor(now);
  door.value = now;
  const seen = `${info.attendees_count} ${info.checked_in_people}`;
  const isWhole = now.updatedAfter !== null && asked - now.listedAt < LIST_AGAIN_MS;
  const age = asked - changesAt;
  if (isWhole && !(age > CHANGES_MS || (age > SOON_MS && seen !== figures))) return;
  await readList(now, isWhole ? now.updatedAfter : null);
  changesAt = asked;
  figures = seen;
}

/** @param {Door} mine @param {string | null} since null: the whole list */
async function readList(mine, since) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {string | null} */
  let cursor = null;
  let updatedAfter = mine.updatedAfter;
  do {
    const query = { updated_after: since, page_size: 1000, cursor };
    const page = await get("/events/{event_id}/door/people", { key: mine.key, event: mine.event, query });
    rows.push(...page.results);
    if (!since) reading.value = rows.length;
    updatedAfter = page.updated_after;
    cursor = cursorOf(page.next);
  } while (cursor);
  if (door.value?.key !== mine.key) return;
  const now = { ...door.value, updatedAfter, listedAt: since ? mine.listedAt : Date.now() };
  await keepList(now, rows, !since);
  batch(() => {
    door.value = now;
    reading.value = 0;
    know(rows, !since);
  });
}

/** A day after the end nothing is left on the device. Whether that was now. */
async function forgetInTime() {
  const mine = door.value;
  if (!mine?.info || Date.now() + mine.offset < Date.parse(mine.info.forget_at)) return false;
  await end("over");
  return true;
}

/** @param {State} why */
async function end(why) {
  keep(DRAFT, null);
  await forget({ scans: why === "over" });
  batch(() => {
    know([], true);
    log.value = [];
    if (why === "over") queue.value = [];
    door.value = null;
    state.value = why;
  });
}

/** Forget the key and the list, because somebody says so. */
export const leave = () => end("none");
