// Parts that several screens use.
import { explained } from "./problems.js";
import { t } from "./texts.js";
import { html, signal, useEffect, useLayoutEffect, useRef, useState } from "./ui.js";

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
 * @param {{rows: any[], height: number, row: (one: any, index: number) => any, more?: () => void, label: string, total?: number}} props
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
      if (more && last >= rows.length) more();
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
