// People of a table: read here, looked through and enrolled by the API, and taken up again after a reload.
import { explainedRow, newKey, send } from "../shared/api.js";
import { Act, Field, LongList, Mark, useForm } from "../shared/parts.js";
import { keep, recall } from "../shared/storage.js";
import { t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{cells: string[], out?: boolean, wrong?: boolean, result?: Schemas["ImportResult"]}} Row
 *   cells in the order of `SENT`; `out`: left out; `wrong`: it was refused once */
/** @typedef {{id: string, rows: Row[]}} Table */

const SENT = ["name", "email", "party_size", "note", "status"];
// How tables call what we want to know; a first and a last name are put together.
const CALLED = /** @type {Record<string, RegExp>} */ ({
  name: /^(full|voller)?name$|^(first|given|vor)name$/, last_name: /^(last|family|sur|nach|familien)name$/, email: /mail/,
  party_size: /^(party|seats|people|personen|pl.tze|anzahl)/, note: /^(note|notiz|comment|bemerkung)/, status: /^status$/,
});
const MOST = 2000;
// Few enough that a request does them all in its time, and that one sees how it goes on.
const AT_ONCE = 25;
const DONE = ["enrolled", "already_enrolled", "skipped"];

/** @param {{event: Schemas["Event"], done: () => Promise<void>}} props */
export function Import({ event, done }) {
  const slot = `import:${event.id}`;
  const [lines, setLines] = useState(/** @type {string[][] | null} */ (null));
  const [table, setTable] = useState(/** @type {Table | null} */ (recall(slot)));
  /** @param {Table | null} now */
  const put = (now) => {
    keep(slot, now);
    setTable(now);
  };
  /** @param {Row[]} rows */
  const begin = (rows) => put({ id: newKey(), rows });
  return html`<section class="card"><h2 tabindex="-1" ref=${focused}>${t("import.title")}</h2>
    ${table ? html`<${Rows} event=${event} table=${table} put=${put} done=${done} />`
      : lines ? html`<${Columns} lines=${lines} back=${() => setLines(null)} begin=${begin} />`
      : html`<${Choose} event=${event} chosen=${setLines} />`}</section>`;
}

/** The screen was opened by a link that is gone now. @param {HTMLElement | null} head */
const focused = (head) => head?.focus();

/** @param {{event: Schemas["Event"], chosen: (lines: string[][]) => void}} props */
function Choose({ event, chosen }) {
  const [said, setSaid] = useState("");
  const read = async (/** @type {any} */ { target }) => {
    const lines = cellsOf(textOf(await target.files[0].arrayBuffer()));
    if (lines.length < 2) setSaid(t("import.empty"));
    else if (lines.length > MOST + 1) setSaid(t("import.too_many", { count: MOST }));
    else chosen(lines);
  };
  return html`<p class="soft">${t("import.what")}</p>${said && html`<p class="notice bad after" role="alert">${said}</p>`}
    <div class="field after"><label for="table">${t("import.file")}</label><input id="table" type="file" accept=".csv,.tsv,.txt,text/csv" onChange=${read} /></div>
    <p class="after"><a href="#/events/${event.id}/people">${t("cancel")}</a></p>`;
}

/** Which column is what. @param {{lines: string[][], back: () => void, begin: (rows: Row[]) => void}} props */
function Columns({ lines: [head, ...lines], back, begin }) {
  const plain = head.map((one) => one.toLowerCase().replace(/[^a-zäöü]/g, ""));
  const guessed = Object.entries(CALLED).map(([field, called]) => [field, String(plain.findIndex((one) => called.test(one)))]);
  const form = useForm("", Object.fromEntries(guessed), async (at) => {
    const cell = (/** @type {string[]} */ line, /** @type {string} */ field) => (line[Number(at[field])] ?? "").trim();
    begin(lines.map((line) => ({ cells: SENT.map((field) =>
      field === "name" ? `${cell(line, "name")} ${cell(line, "last_name")}`.trim() : cell(line, field)) })));
  });
  const columns = { "-1": "–", ...Object.fromEntries(head.map((one, at) => [at, `${one || at + 1}: ${lines[0][at] ?? ""}`.slice(0, 60)])) };
  return html`<form onSubmit=${form.submit}><p class="soft">${t("import.columns", { count: lines.length })}</p>
    <div class="pair">${guessed.map(([field]) => html`<${Field} key=${field} form=${form} name=${field} label=${t(`import.${field}`)} options=${columns} />`)}</div>
    <div class="buttons"><button type="submit">${t("code.go")}</button><button type="button" class="button" onClick=${back}>${t("import.other")}</button></div></form>`;
}

/** @param {{event: Schemas["Event"], table: Table, put: (table: Table | null) => void, done: () => Promise<void>}} props */
function Rows({ event, table, put, done }) {
  const form = useForm(`import-${event.id}`, { waitlist: false, mail: true }, async () => {});
  const latest = useRef(table);
  latest.current = table;
  /** @param {(row: Row) => Row} changed */
  const change = (changed) => put((latest.current = { ...latest.current, rows: latest.current.rows.map(changed) }));
  /** @param {Row[]} ones @param {boolean} isTry */
  const ask = async (ones, isTry) => {
    const query = { ...form.values, ...(isTry ? { dry_run: true } : { import_id: table.id }) };
    const { data } = await send("post", "/events/{event_id}/enrollments/import", { params: { event_id: event.id }, query, body: csvOf(ones) });
    const results = new Map(data.results.map((result) => [ones[result.row - 1], result]));
    change((one) => {
      const result = results.get(one);
      return result ? { ...one, result, wrong: one.wrong || result.status === "refused" } : one;
    });
  };
  const enrol = async () => {
    change((one) => (one.result?.retry_after ? { ...one, result: undefined } : one));
    try {
      for (let left; (left = latest.current.rows.filter(isOpen)).length; ) await ask(left.slice(0, AT_ONCE), false);
    } finally {
      await done();
    }
  };
  const wanted = table.rows.filter((one) => !one.out);
  const open = wanted.filter(isOpen);
  const left = wanted.filter((one) => !isDone(one));
  const ready = wanted.length - left.length;
  const others = table.rows.map((row, id) => ({ id, row })).filter(({ row }) => !toCorrect(row));
  const unseen = open.some((one) => !one.result);
  return html`<form class="after"><${Field} form=${form} name="waitlist" type="checkbox" label=${t("people.or_wait")} />
      <${Field} form=${form} name="mail" type="checkbox" label=${t("import.mail")} /></form>
    <p class="after" role="status">${t("import.ready", { ready, of: wanted.length })}</p><progress max=${wanted.length} value=${ready} aria-hidden="true"></progress>
    <p class="buttons after">${!unseen && open.length > 0 && html`<${Act} key="go" class="" act=${enrol}>${t("import.go", { count: open.length })}<//>`}
      ${left.length > 0 && html`<${Act} key="look" class=${unseen ? "" : "button"} act=${() => ask(left, true)}>${t("import.look")}<//>`}
      <button type="button" class="button" onClick=${() => put(null)}>${t("import.other")}</button>
      <a href="#/events/${event.id}/people">${t("import.back")}</a></p>
    <${Wrong} rows=${table.rows} change=${change} />
    ${others.length > 0 && html`<h3 class="after">${t("import.others")}</h3><${LongList} rows=${others} height=${56} label=${t("event.people")}
      row=${(/** @type {{row: Row}} */ { row }) => html`<div><span class="who"><b>${row.cells[0]}</b><span class="soft small">${row.cells[1]}</span></span><${Came} row=${row} /></div>`} />`}`;
}

/** @param {Row} row */
const isDone = ({ result }) => DONE.includes(result?.status ?? "");
/** @param {Row} row */
const isOpen = (row) => !row.out && !isDone(row) && row.result?.status !== "refused";
/** @param {Row} row */
const toCorrect = (row) => Boolean(row.wrong) && !isDone(row);

/** What has come of a row, or would. @param {{row: Row}} props */
function Came({ row: { result } }) {
  if (!result) return null;
  const status = result.enrollment_status ?? result.status;
  return result.status === "would_enrol" ? html`<span class="soft small">${t("import.would", { status: t(`status.${status}`) })}</span>`
    : html`<${Mark} status=${result.status === "enrolled" ? status : result.status} />`;
}

/** Rows that were refused, each with why, to be corrected or left out. @param {{rows: Row[], change: (changed: (row: Row) => Row) => void}} props */
function Wrong({ rows, change }) {
  const found = rows.map((row, at) => ({ row, at })).filter(({ row }) => toCorrect(row));
  /** @param {Row} row @param {Partial<Row>} now */
  const put = (row, now) => change((one) => (one === row ? { ...one, ...now, result: undefined } : one));
  if (!found.length) return null;
  return html`<h3 class="after">${t("import.wrong", { count: found.length })}</h3><ul class="plain after">${found.slice(0, 50).map(({ row, at }) => html`
    <li key=${at}><div class="pair">${SENT.map((field, place) => (place < 3 || row.cells[place]) && html`<input key=${field} value=${row.cells[place]}
        aria-label=${`${t(`import.${field}`)}, ${t("import.row", { row: at + 1 })}`} aria-invalid=${row.result?.errors.some((one) => one.field === field)} disabled=${row.out}
        onChange=${(/** @type {any} */ { target }) => put(row, { cells: row.cells.map((cell, other) => (other === place ? target.value : cell)) })} />`)}</div>
      <p class="buttons check"><span class="soft small">${t("import.row", { row: at + 1 })}</span><span class="fault">${row.result && explainedRow(row.result)}</span>
      <label><input type="checkbox" checked=${row.out} onChange=${() => put(row, { out: !row.out })} /> ${t("import.out")}</label></p></li>`)}</ul>`;
}

/** What older spreadsheets write is read, too. @param {ArrayBuffer} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The cells of a table, without empty lines. @param {string} text */
function cellsOf(text) {
  const head = text.split("\n", 1)[0];
  const [separator] = [",", ";", "\t"].sort((a, b) => head.split(b).length - head.split(a).length);
  const lines = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const line = lines[lines.length - 1];
    const last = line.length - 1;
    if (text[at] === '"' && (quoted || !line[last])) {
      if (quoted && text[at + 1] === '"') line[last] += text[++at];
      else quoted = !quoted;
    } else if (quoted) line[last] += text[at];
    else if (text[at] === separator) line.push("");
    else if (text[at] === "\n") lines.push([""]);
    else if (text[at] !== "\r") line[last] += text[at];
  }
  return lines.filter((line) => line.some((cell) => cell.trim()));
}

/** @param {Row[]} rows */
function csvOf(rows) {
  return [SENT, ...rows.map((one) => one.cells)].map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");
}
