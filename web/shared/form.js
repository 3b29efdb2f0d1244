// Forms that lose nothing: what was typed is kept until it is answered, and sent again as the same request.
import { newKey, Offline, Problem } from "./api.js";
import { explained, explainedFault } from "./problems.js";
import { keep, recall } from "./storage.js";
import { t } from "./texts.js";
import { html, useRef, useState } from "./ui.js";

/**
 * @typedef {Record<string, any>} Values
 * @typedef {{id: string, values: Values, faults: Record<string, string>, said: string, offline: boolean, busy: boolean,
 *   restored: boolean, changed: boolean, shown: Set<string>, set: (field: string, value: unknown) => void,
 *   submit: (event?: Event) => Promise<boolean>, discard: () => void}} Form
 */

/** What `send` answers when the form is not done with, but asks something more first. */
export const NOT_YET = Symbol("not yet");

let forms = 0;

/**
 * A form with a draft. `send` gets the values and an Idempotency-Key that stays the same until there is an answer, also
 * over a reload; what it throws is shown, with the faults beside the fields that they name.
 * @param {string} name under which the draft is kept; empty keeps none
 * @param {Values} initial
 * @param {(values: Values, key: string) => Promise<unknown>} send
 * @param {{secret?: string[]}} [options] fields that are never written down
 * @returns {Form}
 */
export function useForm(name, initial, send, { secret = [] } = {}) {
  const slot = name && `draft:${name}`;
  const [id] = useState(() => `f${++forms}`);
  const [draft] = useState(() => (slot ? recall(slot) : null));
  const [values, setValues] = useState(/** @type {Values} */ ({ ...initial, ...draft?.values }));
  const [state, setState] = useState({ busy: false, said: "", offline: false, faults: {}, restored: Boolean(draft) });
  const key = useRef(/** @type {string} */ (draft?.key ?? ""));
  const shown = useRef(new Set()).current;
  const latest = useRef(values);

  /** @param {Values} now */
  const write = (now) => {
    const open = Object.entries(now).filter(([field, value]) => !secret.includes(field) && value !== initial[field]);
    if (slot) keep(slot, open.length ? { values: Object.fromEntries(open), key: key.current } : null);
  };
  /** @param {string} field @param {unknown} value */
  const set = (field, value) => {
    latest.current = { ...latest.current, [field]: value };
    setValues(latest.current);
    setState((one) => ({ ...one, faults: { ...one.faults, [field]: "" } }));
    write(latest.current);
  };
  const discard = () => {
    key.current = "";
    if (slot) keep(slot, null);
    latest.current = initial;
    setValues(initial);
    setState({ busy: false, said: "", offline: false, faults: {}, restored: false });
  };
  /** @param {Event} [event] */
  const submit = async (event) => {
    event?.preventDefault();
    if (state.busy) return false;
    key.current ||= newKey();
    write(latest.current);
    setState((one) => ({ ...one, busy: true, said: "", offline: false, faults: {} }));
    try {
      const answer = await send(latest.current, key.current);
      key.current = "";
      if (answer === NOT_YET) write(latest.current);
      else if (slot) keep(slot, null);
      setState({ busy: false, said: "", offline: false, faults: {}, restored: false });
      if (answer === NOT_YET) focusOn("[autofocus]");
      return answer !== NOT_YET;
    } catch (error) {
      // Without an answer nobody knows whether it was done: the next try must be the same request.
      if (error instanceof Problem && error.status < 500) key.current = "";
      write(latest.current);
      setState((one) => ({ ...one, busy: false, offline: error instanceof Offline, ...told(error, shown) }));
      focusOn("[aria-invalid=true]");
      return false;
    }
  };
  const changed = Object.keys(values).some((field) => values[field] !== initial[field]);
  return { id, values, ...state, changed, shown, set, submit, discard };
}

/** What has just been rendered. @param {string} selector */
function focusOn(selector) {
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus());
}

/**
 * Faults by field; what names no field of the form is said above it.
 * @param {unknown} error
 * @param {Set<string>} shown
 */
function told(error, shown) {
  if (!(error instanceof Problem) || !error.faults.length) return { said: explained(error), faults: {} };
  /** @type {Record<string, string>} */
  const faults = {};
  const rest = [];
  for (const fault of error.faults) {
    const field = fault.pointer ? fault.pointer.split("/")[1] : (fault.parameter ?? "");
    if (shown.has(field)) faults[field] ||= explainedFault(fault);
    else rest.push(`${field}: ${explainedFault(fault)}`);
  }
  return { said: rest.length ? rest.join(" ") : t("problem.see_fields"), faults };
}

/**
 * Whether a login lacks the code of a second factor: it is asked for when the password was right.
 * @param {unknown} error
 */
export function lacksCode(error) {
  return error instanceof Problem && error.code === "second_factor_required";
}

/** The code of a second factor. @param {{form: Form}} props */
export function CodeField({ form }) {
  return html`<${Field} form=${form} name="code" label=${t("factor.code")} hint=${t("factor.hint")} autocomplete="one-time-code" autofocus required />`;
}

/** What the whole form has to say. @param {{form: Form}} props */
export function FormNotice({ form }) {
  return html`
    ${form.restored && html`<p class="notice" role="status">${t("form.restored")} ${" "}
      <button type="button" class="link" onClick=${form.discard}>${t("form.discard")}</button></p>`}
    ${form.said && html`<p class="notice bad" role="alert">${form.said}${form.offline ? ` ${t("form.kept")}` : ""}</p>`}
  `;
}

/**
 * A labelled control with its hint and its fault.
 * @param {{form: Form, name: string, label: string, hint?: any, type?: string, options?: Record<string, string>,
 *   class?: string} & Record<string, any>} props
 */
export function Field({ form, name, label, hint, type = "text", options, class: className = "", ...rest }) {
  form.shown.add(name);
  const id = `${form.id}-${name}`;
  const fault = form.faults[name];
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const value = form.values[name] ?? "";
  const common = {
    id,
    name,
    "aria-describedby": described,
    "aria-invalid": fault ? "true" : undefined,
    ...rest,
  };
  /** @param {any} event */
  const typed = (event) => form.set(name, event.target.value);
  if (type === "checkbox") {
    return html`<div class="field check ${className}">
      <label><input type="checkbox" ...${common} checked=${Boolean(value)}
        onChange=${rest.onChange ?? ((/** @type {any} */ event) => form.set(name, event.target.checked))} /> ${label}</label>
      <${Below} id=${id} hint=${hint} fault=${fault} /></div>`;
  }
  const control = options
    ? html`<select ...${common} value=${value} onChange=${typed}>${Object.entries(options).map(
        ([key, text]) => html`<option key=${key} value=${key} selected=${key === String(value)}>${text}</option>`,
      )}</select>`
    : type === "textarea"
      ? html`<textarea ...${common} value=${value} onInput=${typed}></textarea>`
      : html`<input type=${type} ...${common} value=${value} onInput=${typed} />`;
  return html`<div class="field ${className}"><label for=${id}>${label}</label>${control}
    <${Below} id=${id} hint=${hint} fault=${fault} /></div>`;
}

/** @param {{id: string, hint?: any, fault?: string}} props */
function Below({ id, hint, fault }) {
  return html`${fault && html`<p class="fault" id="${id}-fault">${fault}</p>`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}`;
}

/** @param {{form: {busy: boolean}, children: any, class?: string}} props */
export function Submit({ form, children, class: className = "" }) {
  return html`<button type="submit" class=${className} aria-disabled=${form.busy}>${form.busy ? t("busy") : children}</button>`;
}
