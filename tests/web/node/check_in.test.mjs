// The rules of the check-in without a browser: what a code means by a list, and what is left to do afterwards.
import assert from "node:assert/strict";
import test from "node:test";
import { readCode } from "../../../web/check-in/ticket.js";
import { decide, decideRow, folded, isToRepeat, letsIn, named, notEnrolled, presence, surprise, walkedIn, wasFirstElsewhere } from "../../../web/check-in/verdict.js";

// The worked example of docs/tickets.md.
const EVENT = "01KT16JKM0RCJC8GMKSTGNK4KR";
const ID = "e_8eblcuVWh1KKuwfNj_N4QEurJFi1swqgIKzJ7oLPxr6NuEQU4cN0jJw_uYHO";
const CODE = "T1:/R4./8X1K3EDNCG7T4XI8M5QPEB1DFO8TSNEB.APJA:SN5:P0CQ14OCDNZS2-VO-YHN28KIG000KB0QIQUL1-9FI:FK09ON50DEABQQ1CZNG3L8LA2:KB0LO-RG%US 5RR.U:82L-7NC8XUII$4H90B623ZD577%XGX4C7141/1R6O";
const KEYS = [{ kty: "OKP", crv: "Ed25519", use: "sig", kid: "JI5H", x: "ltq1dWOqdPvsUV2PIY3u5k-mtykQtzOWZjGrqw3bp-k" }];

const row = (more = {}) => ({
  id: ID, name: "Ada Byron", party_size: 3, checked_in_people: 0, checked_in_at: null, status: "confirmed", generation: 2, ...more,
});
const at = (minute) => `2026-06-01T09:${String(minute).padStart(2, "0")}:00.000Z`;
const scanned = (minute, more = {}) => ({ event: EVENT, id: ID, code: null, at: at(minute), people: null, undo: false, ...more });
const ticket = (more = {}, checked = true) => ({
  kind: "ticket", checked, ticket: { event: EVENT, begins: ID.slice(2, 18), generation: 2, party: 3, ...more },
});
const said = (code, mine, waiting = []) => decide(code, EVENT, (begins) => (mine && begins === mine.id.slice(2, 18) ? mine : undefined), () => waiting);

test("the worked example is read and its signature holds", async () => {
  assert.deepEqual(await readCode(CODE, KEYS), ticket());
});

test("a code with another sign in it is none", async () => {
  for (const place of [4, 60, 176]) {
    const other = CODE.slice(0, place) + (CODE[place] === "7" ? "8" : "7") + CODE.slice(place + 1);
    assert.notEqual((await readCode(other, KEYS)).checked, true, `changed at ${place}`);
  }
  for (const text of ["", "junk", CODE.slice(1), CODE.toLowerCase(), `T1:${":".repeat(174)}`]) {
    assert.equal((await readCode(text, KEYS)).kind, "none");
  }
});

test("without the key nobody can tell, and the code says what it says", async () => {
  assert.deepEqual(await readCode(CODE, []), ticket({}, false));
});

test("codes of before are found by the id in them", async () => {
  assert.deepEqual(await readCode(`${ID}.2.abc`, KEYS), { kind: "id", id: ID, generation: 2 });
});

const CASES = [
  ["welcome", ticket(), row()],
  ["welcome", ticket({}, false), row()],
  ["welcome", ticket(), row({ checked_in_people: 1, checked_in_at: at(0) })],
  ["used", ticket(), row({ checked_in_people: 3, checked_in_at: at(0) })],
  ["cancelled", ticket(), row({ status: "cancelled" })],
  ["waiting", ticket(), row({ status: "waitlisted" })],
  ["held", ticket(), row({ status: "held" })],
  ["foreign", ticket({ event: "01KT16JKM0RCJC8GMKSTGNK4KS" }), row()],
  ["earlier", ticket({ generation: 1 }), row()],
  ["unlisted", ticket({ generation: 3 }), row()],
  ["unlisted", ticket(), null],
  ["unknown", ticket({}, false), null],
  ["unknown", { kind: "id", id: ID, generation: 2 }, null],
  ["unknown", { kind: "none" }, row()],
];
CASES.forEach(([kind, code, mine], number) => {
  test(`case ${number} is ${kind}`, () => assert.equal(said(code, mine).kind, kind));
});

test("a code that nobody could check says so", () => {
  assert.equal(said(ticket({}, false), row()).checked, false);
  assert.equal(said(ticket(), row()).checked, true);
});

test("who comes in is everybody of the party who is missing, also after what waits here", () => {
  assert.equal(decideRow(row(), []).people, 3);
  assert.deepEqual(decideRow(row(), [scanned(1, { people: 1 })]), {
    kind: "welcome", row: row(), before: 1, people: 2, party: 3, since: at(1), here: true, checked: true,
  });
  assert.equal(decideRow(row(), [scanned(1)]).kind, "used");
});

test("what waits counts in the order of its times, and an undo takes all back", () => {
  const waiting = [scanned(5, { people: 2 }), scanned(4, { undo: true }), scanned(1)];
  assert.deepEqual(presence(row(), waiting), { people: 2, since: at(5), here: true });
  assert.deepEqual(presence(row({ checked_in_people: 3, checked_in_at: at(0) }), [scanned(4, { undo: true })]), { people: 0, since: null, here: false });
  assert.equal(presence(row(), [scanned(1, { people: 2 }), scanned(2, { people: 2 })]).people, 3);
});

test("only who goes in is handed in", () => {
  assert.deepEqual(["welcome", "unlisted", "used", "foreign", "cancelled", "waiting", "held", "earlier", "unknown"].filter(letsIn), ["welcome", "unlisted"]);
});

test("of two devices the one that scanned first was right, whichever handed in first", () => {
  assert.equal(surprise({ status: "checked_in", checked_in_at: at(1) }, at(1)), "");
  assert.equal(surprise({ status: "already_checked_in", checked_in_at: at(1) }, at(1)), "");
  assert.equal(surprise({ status: "already_checked_in", checked_in_at: at(1) }, at(2)), "used");
  assert.equal(surprise({ status: "refused", checked_in_at: null }, at(2)), "refused");
  assert.equal(surprise({ status: "checked_in_without_seat", checked_in_at: at(2) }, at(2)), "without_seat");
  const entry = { at: at(2), before: 0, undone: false };
  assert.equal(wasFirstElsewhere(entry, row({ checked_in_at: at(1) })), true);
  assert.equal(wasFirstElsewhere(entry, row({ checked_in_at: "2026-06-01T09:02:00Z" })), false);
  assert.equal(wasFirstElsewhere({ ...entry, undone: true }, row({ checked_in_at: at(1) })), false);
  assert.equal(wasFirstElsewhere({ ...entry, before: 1 }, row({ checked_in_at: at(1) })), false);
});

test("only what the service was too busy for is handed in again", () => {
  assert.equal(isToRepeat({ status: "refused", code: "busy" }), true);
  assert.equal(isToRepeat({ status: "refused", code: "not_confirmed" }), false);
  assert.equal(isToRepeat({ status: "checked_in", code: null }), false);
});

test("names are found without accents, by parts in any order, and not too many", () => {
  const rows = ["Zoë Müller", "Ada Byron", "Adam Müllner"].map((name, number) => row({ name, id: `e_${number}` }));
  assert.deepEqual(named(rows, "mull zo", 9).map((one) => one.name), ["Zoë Müller"]);
  assert.deepEqual(named(rows, "AD", 9).map((one) => one.name), ["Ada Byron", "Adam Müllner"]);
  assert.equal(named(rows, "a", 1).length, 1);
  assert.deepEqual(named(rows, "  ", 9), []);
  assert.equal(folded("ÉÀ"), "ea");
});

test("who is enrolled at this door is in, and was in nowhere before", () => {
  const mine = row({ checked_in_people: 3, checked_in_at: at(5) });
  const verdict = walkedIn(mine);

  assert.equal(letsIn(verdict.kind), true);
  assert.deepEqual([verdict.before, verdict.people, verdict.since], [0, 3, at(5)]);
  assert.equal(wasFirstElsewhere({ at: at(5), before: 0, undone: false }, mine), false);
  assert.equal(decideRow(mine, []).kind, "used");
});

test("a refusal is a verdict of the person, or said beside the form", () => {
  assert.deepEqual(["event_full", "already_enrolled"].map((code) => notEnrolled(code).kind), ["full", "enrolled"]);
  assert.equal(["full", "enrolled"].some(letsIn), false);
  for (const code of ["walk_ins_off", "busy", "invalid_request", "toString"]) assert.equal(notEnrolled(code), null);
});
