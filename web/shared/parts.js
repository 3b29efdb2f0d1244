// Parts that several screens use: what is read, forms that lose nothing, and the address.
import { cursorOf, explained, explainedFault, newKey, Offline, Problem } from "./api.js";
import { keep, recall } from "./storage.js";
import { t } from "./texts.js";
import { html, signal, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./ui.js";

/**
 * What a screen reads: `data` or `error`, and `reload`.
 * @template T
 * @param {() => Promise<T>} read
 * @param {unknown[]} inputs it is read again when one of them changes
 */
export function useRead(read, inputs) {
  const [state, setState] = useState(/** @type {{data: T | null, error: unknown, busy: boolean}} */ ({ data: null, error: null, busy: true }));
  const turn = useRef(0);
  const reload = async () => {
    const mine = ++turn.current;
    setState((one) => ({ ...one, busy: true }));
    try {
      const data = await read();
      if (mine === turn.current) setState({ data, error: null, busy: false });
      return data;
    } catch (error) {
      if (mine === turn.current) setState((one) => ({ ...one, error, busy: false }));
    }
  };
  useEffect(() => {
    void reload();
    return () => {
      turn.current++;
    };
  }, inputs);
  return { ...state, reload, put: (/** @type {T} */ data) => setState({ data, error: null, busy: false }) };
}

/**
 * A list that is read page after page. A page may be short, even empty; only `next` ends it.
 * @template {{next: string | null, results: any[]}} P
 * @param {(cursor: string | null) => Promise<P>} page
 * @param {unknown[]} inputs
 */
export function useList(page, inputs) {
  const read = useRead(() => page(null), inputs);
  const busy = useRef(false);
  const latest = useRef(read);
  latest.current = read;
  const more = useMemo(() => async () => {
    const now = latest.current.data;
    if (!now?.next || busy.current || latest.current.busy) return;
    busy.current = true;
    try {
      const next = await page(cursorOf(now.next));
      if (latest.current.data === now) latest.current.put({ ...next, results: [...now.results, ...next.results] });
    } finally {
      busy.current = false;
    }
  }, inputs);
  return { ...read, more };
}

/** What leads on in such a list. @param {{of: {data: any, more: () => Promise<void>}, children?: any}} props */
export function More({ of, children }) {
  return of.data?.next && html`<p class="more"><${Act} act=${of.more}>${children ?? t("more")}<//></p>`;
}

/** Waits until the person has stopped typing. @param {string} value */
export function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** The content when it is read, before that a sign of waiting, and what went wrong. @param {{of: any, children: any}} props */
export function Loaded({ of, children }) {
  return html`
    ${of.error && html`<p class="notice bad" role="alert">${explained(of.error)} ${" "}
      <button type="button" class="link" onClick=${of.reload}>${t("again")}</button></p>`}
    ${of.data ? children(of.data) : !of.error && html`<p class="waiting" role="status">${t("loading")}</p>`}
  `;
}

/** The head of a screen; it gets the focus when the screen is opened. @param {{children: any, aside?: any}} props */
export function Heading({ children, aside }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.title = `${ref.current?.textContent} · Turnout`;
    ref.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return html`<div class="heading"><h1 ref=${ref} tabindex="-1">${children}</h1>${aside}</div>`;
}

/** @param {{title: string, children?: any}} props */
export function Empty({ title, children }) {
  return html`<div class="empty"><h2>${title}</h2>${children}</div>`;
}

/** What was done, said below until it is old. */
export const toast = signal("");
let fading = 0;

/** @param {string} text */
export function tell(text) {
  toast.value = text;
  clearTimeout(fading);
  fading = window.setTimeout(() => {
    toast.value = "";
  }, 6000);
}

/** @param {{title: string, close: () => void, children: any, wide?: boolean}} props */
export function Dialog({ title, close, children, wide }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const opener = /** @type {HTMLElement | null} */ (document.activeElement);
    ref.current?.showModal();
    return () => opener?.focus?.();
  }, []);
  return html`<dialog ref=${ref} class=${wide ? "wide" : ""} aria-label=${title} onClose=${close}>
    <header><h2>${title}</h2>
      <button type="button" class="quiet close" aria-label=${t("close")} onClick=${close}>✕</button></header>
    ${children}</dialog>`;
}

/**
 * A button that does something at once; a failure stands beside it.
 * @param {{act: () => Promise<unknown>, children: any, class?: string, done?: string}} props
 */
export function Act({ act, children, class: className = "button", done }) {
  const [state, setState] = useState({ busy: false, said: "" });
  const press = async () => {
    if (state.busy) return;
    setState({ busy: true, said: "" });
    try {
      await act();
      if (done) tell(done);
      setState({ busy: false, said: "" });
    } catch (error) {
      setState({ busy: false, said: explained(error) });
    }
  };
  return html`<span class="act"><button type="button" class=${className} aria-disabled=${state.busy} onClick=${press}>${
    state.busy ? t("busy") : children}</button>${state.said && html`<span class="fault" role="alert">${state.said}</span>`}</span>`;
}

/** @param {{status: string, children?: any}} props */
export function Mark({ status, children }) {
  return html`<span class="mark ${status}">${children ?? t(`status.${status}`)}</span>`;
}

/**
 * A long list of which only what can be seen is in the page: rows of one height, on the scroll of the window.
 * @param {{rows: any[], height: number, row: (one: any, index: number) => any, more?: () => Promise<void>, label: string, total?: number}} props
 */
export function LongList({ rows, height, row, more, label, total }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const [range, setRange] = useState([0, 30]);
  useEffect(() => {
    const look = () => {
      const top = -(ref.current?.getBoundingClientRect().top ?? 0);
      const first = Math.max(0, Math.floor(top / height) - 8);
      const last = Math.ceil((top + innerHeight) / height) + 8;
      setRange((old) => (old[0] === first && old[1] === last ? old : [first, last]));
      // Without an answer, what is there stays; the next scroll asks again.
      if (more && last >= rows.length) more().catch(() => {});
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [rows, more, height]);
  return html`<ul class="long" ref=${ref} aria-label=${label} style=${{ height: `${rows.length * height}px` }}>
    ${rows.slice(range[0], range[1]).map((one, index) => {
      const place = range[0] + index;
      return html`<li key=${one.id} aria-setsize=${total ?? rows.length} aria-posinset=${place + 1}
        style=${{ top: `${place * height}px`, height: `${height}px` }}>${row(one, place)}</li>`;
    })}</ul>`;
}

/** Copies a text. @param {{text: string}} props */
export function Copy({ text }) {
  return html`<${Act} class="button" act=${() => navigator.clipboard.writeText(text)} done=${t("copied")}>${t("copy")}<//>`;
}

/**
 * Hands a text over as a file.
 * @param {string} name
 * @param {BlobPart[]} pieces
 * @param {string} type
 */
export function download(name, pieces, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(pieces, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

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

const read = () => {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
};

export const route = signal(read());
addEventListener("hashchange", () => {
  route.value = read();
});

/** @param {string} path */
export function go(path) {
  location.hash = path;
}

/**
 * Keeps a search in the address without a new entry in the history.
 * @param {string} path
 * @param {Record<string, string>} query
 */
export function stay(path, query) {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  history.replaceState(null, "", `#${path}${text ? `?${text}` : ""}`);
}
