// One person of an event: all that is known, and all that can be done.
import { get, Problem, send, tagOf } from "../shared/api.js";
import { Field, FormNotice, Submit, useForm } from "../shared/form.js";
import { time } from "../shared/format.js";
import { Act, Dialog, Loaded, tell, useRead } from "../shared/parts.js";
import { known, t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";
import { Marks } from "./people.js";
import { go } from "./route.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{one: Schemas["Enrollment"], event: Schemas["Event"], done: (said: string) => Promise<void>}} OfPerson */

/** @param {{id: string, event: Schemas["Event"], changed: (one: Schemas["Enrollment"]) => Promise<void>}} props */
export function Person({ id, event, changed }) {
  const params = { enrollment_id: id };
  const read = useRead(async () => {
    const [one, history] = await Promise.all([get("/enrollments/{enrollment_id}", { params }), get("/enrollments/{enrollment_id}/history", { params })]);
    return { one: one.data, history: history.data.results };
  }, [id]);
  const back = () => go(`/events/${event.id}/people`);
  /** @param {string} said */
  const done = async (said) => {
    tell(said);
    const now = await read.reload();
    if (now) await changed(now.one);
  };
  return html`<${Dialog} title=${read.data?.one.attendee.name ?? t("loading")} wide close=${back}>
    <${Loaded} of=${read}>${(/** @type {{one: Schemas["Enrollment"], history: Schemas["Happening"][]}} */ { one, history }) => html`
      <p class="buttons"><${Marks} one=${one} /> ${one.attendee.email && html`<a href="mailto:${one.attendee.email}">${one.attendee.email}</a>`}</p>
      <${Acts} key=${`acts${one.version}`} one=${one} event=${event} done=${done} />
      <div class="two after"><${Edit} key=${`edit${one.version}`} one=${one} event=${event} done=${done} />
        <${History} one=${one} history=${history} event=${event} /></div>`}<//><//>`;
}

/** @param {OfPerson} props */
function Acts({ one, event, done }) {
  const [asking, setAsking] = useState("");
  const request = { params: { enrollment_id: one.id }, ifMatch: tagOf(one) };
  const live = ["pending", "confirmed", "waitlisted", "offered"].includes(one.status);
  /** @param {"confirm" | "promote" | "resend" | "check-in"} verb */
  const act = (verb) => async () => {
    await send("post", `/enrollments/{enrollment_id}/${verb}`, verb === "check-in" ? { ...request, body: {} } : request);
    await done(t(`person.${verb}_done`));
  };
  const undo = async () => {
    await send("delete", "/enrollments/{enrollment_id}/check-in", request);
    await done(t("person.undo_done"));
  };
  return html`<div class="buttons after">
      ${one.status === "confirmed" && !one.checked_in_at && html`<${Act} class="" act=${act("check-in")}>${t("person.check-in")}<//>`}
      ${one.checked_in_at && html`<${Act} act=${undo}>${t("person.undo")}<//>`}
      ${["pending", "offered"].includes(one.status) && html`<${Act} class="" act=${act("confirm")}>${t("person.confirm")}<//>`}
      ${one.status === "waitlisted" && html`<${Act} class="" act=${act("promote")}>${t("person.promote")}<//>`}
      ${live && html`<${Act} act=${act("resend")}>${t("person.resend")}<//>`}
      ${one.status === "confirmed" && !one.checked_in_at && html`<button type="button" class="button" onClick=${() => setAsking("transfer")}>${t("person.transfer")}</button>`}
      ${live && html`<button type="button" class="danger" onClick=${() => setAsking("cancel")}>${t("person.cancel")}</button>`}</div>
    ${asking === "transfer" && html`<${Transfer} one=${one} event=${event} done=${done} />`}
    ${asking === "cancel" && html`<${Cancel} one=${one} event=${event} done=${done} />`}`;
}

/** @param {OfPerson} props */
function Transfer({ one, event, done }) {
  const form = useForm(`transfer-${one.id}`, { name: "", email: "" }, async (values, key) => {
    const body = { name: values.name, email: values.email.trim() };
    const { data } = await send("post", "/enrollments/{enrollment_id}/transfer", { params: { enrollment_id: one.id }, body, key, ifMatch: tagOf(one) });
    await done(t("person.transfer_done", { name: values.name }));
    go(`/events/${event.id}/people/${data.id}`);
  });
  return html`<form class="card after" onSubmit=${form.submit}><h3>${t("person.transfer_to")}</h3><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="name" label=${t("people.name")} required />
      <${Field} form=${form} name="email" type="email" label=${t("email")} required /></div>
    <div><${Submit} form=${form}>${t("person.transfer")}<//></div></form>`;
}

/** @param {OfPerson} props */
function Cancel({ one, done }) {
  const form = useForm(`cancel-${one.id}`, { note: "", hand_over: true }, async (values, key) => {
    const body = { note: values.note.trim() || null, hand_over: values.hand_over };
    await send("post", "/enrollments/{enrollment_id}/cancel", { params: { enrollment_id: one.id }, body, key, ifMatch: tagOf(one) });
    await done(t("person.cancel_done"));
  });
  return html`<form class="card after" onSubmit=${form.submit}><h3>${t("person.cancel")}</h3><${FormNotice} form=${form} />
    <${Field} form=${form} name="note" label=${t("person.cancel_note")} maxlength="500" />
    <${Field} form=${form} name="hand_over" type="checkbox" label=${t("person.hand_over")} />
    <div><${Submit} form=${form} class="danger">${t("person.cancel")}<//></div></form>`;
}

/** @param {OfPerson} props */
function Edit({ one, event, done }) {
  const initial = { name: one.attendee.name, note: one.note ?? "", party_size: String(one.party_size) };
  const form = useForm(`person-${one.id}`, initial, async (values) => {
    /** @type {Record<string, unknown>} */
    const body = {};
    if (values.name !== initial.name) body.attendee = { name: values.name };
    if (values.note !== initial.note) body.note = values.note.trim() || null;
    if (values.party_size !== initial.party_size) body.party_size = Number(values.party_size);
    try {
      await send("patch", "/enrollments/{enrollment_id}", { params: { enrollment_id: one.id }, body, ifMatch: tagOf(one) });
    } catch (error) {
      // What was typed stays in the form and is laid over the newer version.
      if (error instanceof Problem && error.status === 412) await done(t("problem.precondition_failed"));
      throw error;
    }
    await done(t("editor.saved"));
  });
  return html`<form onSubmit=${form.submit}><${FormNotice} form=${form} />
    <${Field} form=${form} name="name" label=${t("people.name")} required />
    ${(event.party_max > 1 || one.party_size > 1) && html`<${Field} form=${form} name="party_size" type="number" min="1" max="20" label=${t("people.party_size")} />`}
    <${Field} form=${form} name="note" type="textarea" label=${t("person.note")} hint=${t("person.note_hint")} maxlength="500" />
    <div><${Submit} form=${form}>${t("save")}<//></div></form>`;
}

/** @param {{one: Schemas["Enrollment"], history: Schemas["Happening"][], event: Schemas["Event"]}} props */
function History({ one, history, event }) {
  return html`<section aria-label=${t("person.history")}><h3>${t("person.history")}</h3>
    <ul class="plain after">${history.map((happening) => html`<li><b>${known(`cause.${happening.cause}`) ?? happening.cause}</b>
      <br /><span class="soft small">${time(happening.at, event.timezone)} · ${t(`actor.${happening.actor.kind}`)}</span></li>`)}</ul>
    ${one.mail && html`<p class="soft small after">${t("person.mail", { state: t(`mail.${one.mail.state}`), at: time(one.mail.at, event.timezone) })}</p>`}
  </section>`;
}
