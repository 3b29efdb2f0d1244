// Scanning, searching, and what was said: everything that happens with people at the door.
import { t } from "../shared/texts.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { Camera } from "./scanning.js";
import { admit, changes, correct, door, leave, log, people, presenceOf, queue, scan } from "./door.js";
import { clock, Said } from "./said.js";
import { play } from "./sound.js";
import { letsIn, named, wasFirstElsewhere } from "./verdict.js";
import { WalkIn } from "./walk_in.js";

/** @typedef {import("./verdict.js").Verdict} Verdict */
/** @typedef {import("./store.js").Entry} Entry */

const MOST = 30;
const SHOWN = 20;

/** Nobody types this: it is, or becomes, a ticket. @param {string} text */
const isCode = (text) => /^(T1:|e_)/.test(text.trim());
/** Whether what is typed is somebody's to have. @param {EventTarget | null} target */
const takesKeys = (target) => target instanceof HTMLInputElement || target instanceof HTMLButtonElement || target instanceof HTMLSelectElement;

export function Desk() {
  const [said, setSaid] = useState(/** @type {{verdict: Verdict, entry: Entry | null, at: number} | null} */ (null));
  const [question, setQuestion] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const order = useRef(Promise.resolve());

  /** One after the other: two scans of one ticket in the same moment are two. @param {() => ReturnType<typeof scan> | Awaited<ReturnType<typeof scan>>} work */
  const tell = (work) => {
    order.current = order.current.then(async () => {
      const answer = await work();
      setSaid({ ...answer, at: performance.now() });
      play(letsIn(answer.verdict.kind));
    }).catch(console.error);
  };
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const text = question.trim();
    if (!text) return;
    const [only, ...more] = isCode(text) ? [] : named(people.values(), text, MOST);
    if (isCode(text) || !only) tell(() => scan(text));
    else if (!more.length) tell(() => admit(only));
    else return;
    setQuestion("");
  };
  /** On a telephone the form is below what is said. @param {Parameters<typeof tell>[0]} work */
  const tellAbove = (work) => {
    scrollTo({ top: 0 });
    tell(work);
  };
  /** For the next scan or name; on a telephone that would open the keyboard. */
  const ready = () => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  };
  useEffect(() => {
    ready();
    // A scanner that types does not look where the cursor is.
    const typed = (/** @type {KeyboardEvent} */ event) => {
      if (!takesKeys(event.target) && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  }, []);
  const entry = said?.entry && log.value.find((one) => one.n === said.entry?.n);
  return html`<div class="desk"><div class="first">
      <${Said} said=${said && { ...said, entry: entry ?? said.entry }} correct=${async (/** @type {Entry} */ one, /** @type {number} */ total) => {
        await correct(one, total);
        field.current?.focus();
      }} />
      <${Camera} seen=${(/** @type {string} */ text) => tell(() => scan(text))} /></div>
    <div class="second">
      <form class="ask" onSubmit=${submit} role="search"><label for="ask">${t("door.ask")}</label>
        <input id="ask" ref=${field} type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} enterkeyhint="go"
          value=${question} onInput=${(/** @type {any} */ event) => setQuestion(event.target.value)} aria-describedby="ask-hint" />
        <p class="hint" id="ask-hint">${t("door.ask_hint")}</p></form>
      ${question.trim() && !isCode(question)
        ? html`<${Found} question=${question} admit=${(/** @type {any} */ row) => {
            setQuestion("");
            tell(() => admit(row));
          }} />`
        : html`<${WalkIn} tell=${tellAbove} scanned=${(/** @type {string} */ text) => isCode(text) && tell(() => scan(text))} done=${ready} /><${Latest} />`}
    </div></div>`;
}

/** @param {{question: string, admit: (row: import("./verdict.js").Row) => void}} props */
function Found({ question, admit: letIn }) {
  void [changes.value, queue.value];
  const rows = named(people.values(), question, MOST);
  if (!rows.length) return html`<p class="nobody" role="status">${t("door.nobody")}</p>`;
  return html`<ul class="found" aria-label=${t("door.found")}>${rows.map((row) => {
    const { people: here, since } = presenceOf(row);
    const missing = row.party_size - here;
    const canEnter = row.status === "confirmed" && missing > 0;
    const standing = row.status !== "confirmed" ? t(`door.status.${row.status}`) : here ? t("door.in_since", { number: here, of: row.party_size, at: clock(since) }) : t("door.party", { count: row.party_size });
    return html`<li key=${row.id}><span><b>${row.name || t("door.no_name")}</b><small>${standing}</small></span>
      ${canEnter && html`<button type="button" onClick=${() => letIn(row)} aria-label=${t("door.let_in_name", { name: row.name })}>${t("door.let_in", { count: missing })}</button>`}</li>`;
  })}</ul>`;
}

function Latest() {
  void changes.value;
  const surprises = log.value.filter((one) => letsIn(/** @type {any} */ (one.kind)) && !one.undone && toldOf(one));
  return html`<section class="latest">
    ${surprises.length > 0 && html`<div class="notice bad" role="status"><h2>${t("door.surprises", { count: surprises.length })}</h2>
      <ul class="plain">${surprises.slice(0, SHOWN).map((one) => html`<li key=${one.n}><b>${one.name || t("door.no_name")}</b> ${toldOf(one)}</li>`)}</ul></div>`}
    <h2>${t("door.latest")}</h2>
    ${log.value.length === 0 && html`<p class="soft">${t("door.latest_none")}</p>`}
    <ol class="entries">${log.value.slice(0, SHOWN).map((one) => html`<li key=${one.n} class=${letsIn(/** @type {any} */ (one.kind)) && !one.undone ? "in" : "out"}>
      <time datetime=${one.at}>${clock(one.at)}</time>
      <span><b>${one.name || t("door.no_name")}</b><small>${one.undone ? t("door.undone") : t(`door.short.${one.kind}`)}${one.party > 1 && one.people ? ` · ${t("door.people", { count: one.people })}` : ""}</small></span>
      ${letsIn(/** @type {any} */ (one.kind)) && !one.undone && html`<button type="button" class="button" aria-label=${t("door.undo_name", { name: one.name })}
        onClick=${() => correct(one, one.before)}>${t("door.undo")}</button>`}</li>`)}</ol>
    <details><summary>${t("door.more")}</summary><p class="soft">${t("door.leave_why")}</p>
      <p><button type="button" class="danger" onClick=${() => leave()}>${t("door.leave")}</button></p>
      <p class="soft small">${t("door.forgets", { at: clock(door.value?.info?.forget_at ?? null, true) })}</p></details></section>`;
}

/** What is otherwise than it was said at the door. @param {Entry} one */
function toldOf(one) {
  const row = one.id ? people.get(one.id) : undefined;
  if (one.told === "refused") return t("door.told.refused");
  if (one.told === "without_seat") return t("door.told.without_seat");
  if (one.told === "used") return t("door.told.used", { at: clock(one.since) });
  if (wasFirstElsewhere(one, row) && !queue.value.some((waits) => waits.n === one.scan)) return t("door.told.used", { at: clock(row?.checked_in_at ?? null) });
  return "";
}
