// Somebody stands at the door without a place: a form that loses nothing, and says that it needs the network.
import { keep, recall } from "../shared/storage.js";
import { t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";
import { Offline, Refused } from "./calls.js";
import { door, DRAFT, hasCome, online, sync, walkIn, walkInsFrom } from "./door.js";
import { clock } from "./said.js";
import { play } from "./sound.js";
import { notEnrolled } from "./verdict.js";

/** @typedef {{name: string, email: string, people: number}} Typed */

/** @type {Typed} */
const NOTHING = { name: "", email: "", people: 1 };
/** Refusals that are said in the person's language; all others are the API's own sentences. */
const SAID = ["walk_ins_off", "walk_ins_not_open", "event_past", "event_cancelled", "busy", "too_many_requests", "idempotency_key_reused"];
const FIELDS = /** @type {const} */ (["name", "email", "party_size"]);

/**
 * What was typed, and the key of the request about it, until there is an answer; also over a reload.
 * @returns {{typed: Typed, once: string}}
 */
function kept() {
  const found = recall(DRAFT);
  return found?.event === door.value?.event ? { typed: { ...NOTHING, ...found?.typed }, once: found?.once ?? "" } : { typed: NOTHING, once: "" };
}

/**
 * @param {{tell: (work: () => any) => void, scanned: (text: string) => boolean | void, done: () => void}} props
 *   `scanned`: a scanner typed into the form; whether it was a code
 */
export function WalkIn(props) {
  const from = walkInsFrom();
  if (!from) return null;
  return html`<${Form} key=${door.value?.event} from=${from} ...${props} />`;
}

/** @param {Parameters<typeof WalkIn>[0] & {from: string}} props */
function Form({ from, tell, scanned, done }) {
  const [start] = useState(kept);
  const [typed, setTyped] = useState(start.typed);
  const [isOpen, setOpen] = useState(Boolean(start.typed.name));
  const [said, setSaid] = useState({ text: "", field: "" });
  const [isBusy, setBusy] = useState(false);
  const once = useRef(start.once);

  /** @param {Typed} now */
  const write = (now) => {
    setTyped(now);
    keep(DRAFT, now === NOTHING ? null : { event: door.value?.event, typed: now, once: once.current });
  };
  const clear = () => {
    once.current = "";
    write(NOTHING);
    setOpen(false);
    done();
  };
  /** @param {unknown} error */
  const failed = (error) => {
    if (!(error instanceof Refused)) {
      if (!(error instanceof Offline)) console.error(error);
      online.value = online.value && !(error instanceof Offline);
      return setSaid({ text: t(error instanceof Offline ? "walkin.offline" : "walkin.fault.internal_error"), field: "" });
    }
    // Whatever the service refused was not done: the next press is another request. After a fault of its own nobody knows.
    if (error.status < 500) once.current = "";
    write(typed);
    const verdict = notEnrolled(error.code);
    if (verdict) tell(() => ({ verdict, entry: null }));
    else play(false);
    const isFault = FIELDS.some((field) => field === error.field);
    const code = isFault ? error.field : SAID.includes(error.code) ? error.code : error.status >= 500 ? "internal_error" : "";
    if (!verdict) setSaid({ text: code ? t(`walkin.fault.${code}`) : error.message, field: isFault ? error.field : "" });
    if ([401, 403, 404].includes(error.status) || error.code === "idempotency_key_reused" || verdict) void sync();
  };
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (scanned(typed.name)) return write({ ...typed, name: "" });
    if (isBusy) return;
    once.current ||= crypto.randomUUID();
    write(typed);
    setBusy(true);
    setSaid({ text: "", field: "" });
    try {
      const email = typed.email.trim();
      const answer = await walkIn({ name: typed.name.trim(), ...(email ? { email } : {}), party_size: typed.people }, once.current);
      tell(() => answer);
      clear();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  const most = door.value?.info?.party_max ?? 1;
  /** @param {string} field */
  const fault = (field) => (said.field === field ? { "aria-invalid": "true", "aria-describedby": "walkin-said" } : {});
  return html`<details class="walkin" open=${isOpen} onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
    <summary>${t("walkin.title")}</summary>
    ${!hasCome(from)
      ? html`<p class="soft">${t("walkin.begins", { at: clock(from, true) })}</p>`
      : html`<form onSubmit=${submit}>
        ${!online.value && !said.text && html`<p class="notice" role="status">${t("walkin.needs_network")}</p>`}
        <div class="field"><label for="walkin-name">${t("walkin.name")}</label><input id="walkin-name" required maxlength="200" autocomplete="off"
          value=${typed.name} ...${fault("name")} onInput=${(/** @type {any} */ event) => write({ ...typed, name: event.target.value })} /></div>
        ${most > 1 && html`<div class="field"><label for="walkin-people">${t("walkin.people")}</label><select id="walkin-people" value=${typed.people}
          ...${fault("party_size")} onChange=${(/** @type {any} */ event) => write({ ...typed, people: Number(event.target.value) })}>${Array.from({ length: most }, (_, at) => at + 1).map((number) =>
            html`<option key=${number} value=${number} selected=${number === typed.people}>${number}</option>`)}</select></div>`}
        <div class="field"><label for="walkin-email">${t("walkin.email")}</label><input id="walkin-email" type="email" maxlength="254" autocomplete="off"
          value=${typed.email} ...${fault("email")} onInput=${(/** @type {any} */ event) => write({ ...typed, email: event.target.value })} />
          <p class="hint">${t("walkin.email_hint")}</p></div>
        ${said.text && html`<p class="notice bad" role="alert" id="walkin-said">${said.text}</p>`}
        <p class="buttons"><button type="submit" aria-disabled=${isBusy}>${t(isBusy ? "busy" : "walkin.send")}</button>
          ${(typed.name || typed.email) && html`<button type="button" class="button" onClick=${clear}>${t("cancel")}</button>`}</p></form>`}
  </details>`;
}
