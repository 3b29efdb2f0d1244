// Words of the organiser to those enrolled: first whom they would reach, then sent.
import { Problem, send } from "../shared/api.js";
import { Field, FormNotice, NOT_YET, Submit, useForm } from "../shared/form.js";
import { Dialog, tell } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useRef, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */

const SEGMENTS = ["confirmed", "waitlisted", "checked_in", "not_checked_in"];

/** @param {import("./event.js").OfEvent} props */
export function Messages({ read }) {
  const { event } = read;
  const [preview, setPreview] = useState(/** @type {{recipients: number, confirm: string} | null} */ (null));
  const confirmed = useRef("");
  const initial = { segment: "confirmed", subject: "", body: "" };
  const form = useForm(`message-${event.id}`, initial, async (values, key) => {
    const request = { params: { event_id: event.id }, query: { confirm: confirmed.current }, body: values, key };
    confirmed.current = "";
    try {
      const { data } = await send("post", "/events/{event_id}/messages", request);
      setPreview(null);
      tell(t("messages.sent", { count: data.recipients }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "confirmation_required") throw error;
      const { preview: who, confirm } = /** @type {any} */ (error.body);
      setPreview({ recipients: who.recipients, confirm });
      return NOT_YET;
    }
  });
  const go = async () => {
    confirmed.current = preview?.confirm ?? "";
    if (await form.submit()) form.discard();
  };
  return html`<form class="card" onSubmit=${form.submit}><p class="soft">${t("messages.what")}</p><${FormNotice} form=${form} />
      <${Field} form=${form} name="segment" label=${t("messages.to")} options=${Object.fromEntries(SEGMENTS.map((one) => [one, t(`segment.${one}`)]))} />
      <${Field} form=${form} name="subject" label=${t("messages.subject")} required maxlength="150" />
      <${Field} form=${form} name="body" type="textarea" rows="10" label=${t("messages.body")} required maxlength="4000" />
      <div><${Submit} form=${form}>${t("messages.preview")}<//></div></form>
    ${preview && html`<${Dialog} title=${t("messages.preview_title")} close=${() => setPreview(null)}>
      <p>${t("messages.reaches", { count: preview.recipients })}</p>
      <article class="card after"><h3>${form.values.subject}</h3><p class="words after">${form.values.body}</p></article>
      ${form.said && html`<p class="notice bad" role="alert">${form.said}</p>`}
      <div class="buttons"><button type="button" aria-disabled=${form.busy} onClick=${go}>${form.busy ? t("busy") : t("messages.send")}</button>
        <button type="button" class="button" onClick=${() => setPreview(null)}>${t("messages.back")}</button></div><//>`}`;
}
