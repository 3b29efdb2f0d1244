// All fields of an event: a new one, or one that somebody else may be editing at the same time.
import { get, Problem, send } from "../shared/api.js";
import { FormNotice, Submit, useForm } from "../shared/form.js";
import { Dialog, Heading, tell } from "../shared/parts.js";
import { keep, recall } from "../shared/storage.js";
import { t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";
import { Conflict } from "./conflict.js";
import { Fields } from "./editor_fields.js";
import { changedFields, EMPTY, toBody, toValues } from "./event_values.js";
import { go } from "./route.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{event: Schemas["Event"], etag: string | null}} Read */

export function NewEvent() {
  const wanted = useRef("draft");
  const form = useForm("event-new", EMPTY, async (values, key) => {
    const { data } = await send("post", "/events", { body: { ...toBody(values), status: wanted.current }, key });
    tell(t(wanted.current === "draft" ? "editor.kept_as_draft" : "editor.published"));
    go(`/events/${data.id}`);
  });
  const choose = (/** @type {string} */ status) => () => {
    wanted.current = status;
  };
  return html`<p class="back"><a href="#/">← ${t("events.title")}</a></p><${Heading}>${t("events.new")}<//>
    <form onSubmit=${form.submit} class="stack"><${FormNotice} form=${form} /><${Fields} form=${form} />
      <div class="buttons sticky"><button type="submit" class="button" aria-disabled=${form.busy} onClick=${choose("draft")}>${t("editor.draft")}</button>
        <button type="submit" aria-disabled=${form.busy} onClick=${choose("published")}>${t("editor.publish")}</button></div></form>`;
}

/**
 * @param {{read: Read, saved: (read: Read, vain: Schemas["WaitingInVain"][]) => void}} props
 *   `saved` gets those who wait in vain after the edit
 */
export function EditEvent({ read, saved }) {
  const id = read.event.id;
  // A draft belongs to the version that it was begun on: a newer one meanwhile is a conflict, not overwritten.
  const base = useRef(/** @type {Read} */ (recall(`base:${id}`) ?? read));
  const [conflict, setConflict] = useState(/** @type {Read | null} */ (null));
  const [taken, setTaken] = useState(/** @type {number | null} */ (null));
  const shrink = useRef(false);
  const before = toValues(base.current.event);

  const form = useForm(`event-${id}`, { ...before, notify: true }, async (values) => {
    const fields = changedFields(toValues(base.current.event), /** @type {any} */ (values));
    if (!fields.length) return settle(base.current, []);
    const body = { ...toBody(/** @type {any} */ (values), fields), ...(shrink.current ? { shrink: true } : {}),
      ...(values.notify ? {} : { notify: false }) };
    shrink.current = false;
    try {
      const { data, etag } = await send("patch", "/events/{event_id}", { params: { event_id: id }, body, ifMatch: base.current.etag });
      settle({ event: data, etag }, data.waiting_in_vain ?? []);
    } catch (error) {
      if (error instanceof Problem && error.status === 412) setConflict(await current());
      if (error instanceof Problem && error.code === "capacity_below_taken") setTaken(error.body.taken ?? 0);
      throw error;
    }
  });
  const current = async () => {
    const { data, etag } = await get("/events/{event_id}", { params: { event_id: id } });
    return { event: data, etag };
  };
  /** @param {Read} now @param {Schemas["WaitingInVain"][]} inVain */
  const settle = (now, inVain) => {
    keep(`base:${id}`, null);
    base.current = now;
    tell(t("editor.saved"));
    saved(now, inVain);
    go(`/events/${id}`);
  };
  if (form.changed && !recall(`base:${id}`)) keep(`base:${id}`, base.current);
  const discard = () => {
    keep(`base:${id}`, null);
    base.current = read;
    form.discard();
  };
  /** @param {Record<string, string | boolean>} merged */
  const resolve = (merged) => {
    base.current = /** @type {Read} */ (conflict);
    keep(`base:${id}`, base.current);
    setConflict(null);
    for (const [field, value] of Object.entries(merged)) form.set(field, value);
    void form.submit();
  };
  const smaller = () => {
    shrink.current = true;
    setTaken(null);
    void form.submit();
  };
  return html`<form onSubmit=${form.submit} class="stack"><${FormNotice} form=${{ ...form, discard }} />
      <${Fields} form=${form} event=${read.event} />
      <div class="buttons sticky"><${Submit} form=${form}>${t("save")}<//>
        ${form.changed && html`<button type="button" class="button" onClick=${discard}>${t("editor.undo")}</button>`}</div></form>
    ${conflict && html`<${Conflict} before=${before} mine=${form.values} theirs=${toValues(conflict.event)} resolve=${resolve} close=${() => setConflict(null)} />`}
    ${taken !== null && html`<${Dialog} title=${t("editor.shrink_title")} close=${() => setTaken(null)}><p>${t("editor.shrink", { count: taken })}</p>
      <div class="buttons after"><button type="button" onClick=${smaller}>${t("editor.shrink_go")}</button>
        <button type="button" class="button" onClick=${() => setTaken(null)}>${t("cancel")}</button></div><//>`}`;
}
