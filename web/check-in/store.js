// What the device keeps over a restart, in IndexedDB: the key with its event, the list, what waits, what was scanned.

/**
 * @typedef {{key: string, event: string, info: Info | null, updatedAfter: string | null, listedAt: number, offset: number,
 *   keys: JsonWebKey[]}} Door
 *   `offset`: by so many milliseconds the service's clock is ahead of this one; `updatedAfter` null: the list is not whole
 * @typedef {{id: string, title: string, status: string, starts_at: string, ends_at: string, timezone: string,
 *   attendees_count: number, checked_in_people: number, party_max: number, walk_ins_from: string | null, now: string,
 *   forget_at: string}} Info
 * @typedef {import("./verdict.js").Row} Row
 * @typedef {import("./verdict.js").Scan} Scan
 * @typedef {{n: number, scan: number | null, id: string | null, name: string, kind: string, at: string, before: number,
 *   people: number, party: number, undone: boolean, told: string, since: string | null, detail: string}} Entry
 *   `scan`: the one that waits; `told`: what the service made of it, where that is a surprise
 */

const STORES = /** @type {const} */ (["door", "people", "queue", "log"]);

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("turnout-check-in", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("door");
      request.result.createObjectStore("people", { keyPath: "id" });
      request.result.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
      request.result.createObjectStore("log", { keyPath: "n", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * One transaction over everything: all of it is kept, or nothing.
 * @param {"readonly" | "readwrite"} mode
 * @param {(stores: Record<typeof STORES[number], IDBObjectStore>) => void} work
 * @returns {Promise<void>}
 */
async function within(mode, work) {
  const transaction = (await database()).transaction(STORES, mode);
  const stores = /** @type {any} */ (Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(null);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    work(stores);
  });
}

/** @returns {Promise<{door: Door | null, people: Row[], queue: Scan[], log: Entry[]}>} */
export async function recall() {
  /** @type {Record<string, IDBRequest>} */
  const found = {};
  await within("readonly", ({ door, people, queue, log }) => {
    found.door = door.get("door");
    found.people = people.getAll();
    found.queue = queue.getAll();
    found.log = log.getAll();
  });
  return { door: found.door.result ?? null, people: found.people.result, queue: found.queue.result, log: found.log.result };
}

/** @param {Door} door */
export const keepDoor = (door) => within("readwrite", (stores) => stores.door.put(door, "door"));

/**
 * The list as it was read: the whole of it in the place of what was there, or what changed.
 * @param {Door} door
 * @param {Row[]} rows
 * @param {boolean} whole
 */
export const keepList = (door, rows, whole) =>
  within("readwrite", (stores) => {
    if (whole) stores.people.clear();
    for (const row of rows) stores.people.put(row);
    stores.door.put(door, "door");
  });

/**
 * Scans in the order in which they were made, and what was said; gives both their numbers.
 * @param {Scan[]} scans
 * @param {Omit<Entry, "n" | "scan"> | null} entry it belongs to the last scan
 * @param {Entry | null} changed an earlier entry that is another one now
 * @returns {Promise<Entry | null>}
 */
export async function keepScans(scans, entry, changed = null) {
  /** @type {Entry | null} */
  let kept = null;
  await within("readwrite", ({ queue, log }) => {
    if (changed) log.put(changed);
    const requests = scans.map((scan) => queue.add(scan));
    const written = () => {
      scans.forEach((scan, at) => {
        scan.n = Number(requests[at].result);
      });
      if (!entry) return;
      const made = { ...entry, scan: scans.at(-1)?.n ?? null };
      const request = log.add(made);
      request.onsuccess = () => {
        kept = { ...made, n: Number(request.result) };
      };
    };
    const last = requests.at(-1);
    if (last) last.onsuccess = written;
    else written();
  });
  return kept;
}

/**
 * What became of scans: they leave the queue only together with it.
 * @param {number[]} done
 * @param {Row[]} rows
 * @param {Entry[]} entries
 */
export const settle = (done, rows, entries) =>
  within("readwrite", ({ queue, people, log }) => {
    for (const n of done) queue.delete(n);
    for (const row of rows) people.put(row);
    for (const entry of entries) log.put(entry);
  });

/**
 * The key, the list and every name are gone. Scans that were not handed in have no names, and stay for another key.
 * @param {{scans: boolean}} also
 */
export const forget = ({ scans }) =>
  within("readwrite", ({ door, people, queue, log }) => {
    door.clear();
    people.clear();
    log.clear();
    if (scans) queue.clear();
  });
