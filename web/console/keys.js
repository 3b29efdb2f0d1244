// API keys: of the account, or of the door of one event. A secret is shown once.
import { get, send } from "../shared/api.js";
import { Field, FormNotice, Submit, useForm } from "../shared/form.js";
import { time } from "../shared/format.js";
import { Act, Copy, Loaded, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */

/** @param {{event?: Schemas["Event"]}} props without an event: keys of all kinds */
export function Keys({ event }) {
  const [made, setMade] = useState(/** @type {Schemas["NewApiKey"] | null} */ (null));
  const read = useRead(async () => {
    const { results } = (await get("/auth/api-keys")).data;
    return results.filter((one) => !event || one.event_id === event.id);
  }, [event?.id]);
  const form = useForm("", { name: "", scope: event ? "check-in" : "read", expires_at: "" }, async (values) => {
    const body = { name: values.name, scope: values.scope, event_id: event?.id ?? null,
      expires_at: values.expires_at ? `${values.expires_at}T00:00:00Z` : null };
    setMade((await send("post", "/auth/api-keys", { body })).data);
    form.discard();
    await read.reload();
  });
  /** @param {Schemas["ApiKey"]} one */
  const revoke = async (one) => {
    await send("delete", "/auth/api-keys/{key_id}", { params: { key_id: one.id } });
    await read.reload();
  };
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["ApiKey"][]} */ keys) => keys.length > 0 && html`<ul class="plain after">${keys.map((one) => html`
      <li key=${one.id} class="line"><span><b>${one.name}</b> <code>${one.prefix}…</code><br /><span class="soft small">${t(`scope.${one.scope}`)} ·
        ${" "}${t("keys.until", { at: time(one.expires_at) })} · ${one.last_used_at ? t("keys.used", { at: time(one.last_used_at) }) : t("keys.unused")}</span></span>
        <${Act} class="danger" act=${() => revoke(one)}>${t("keys.revoke")}<//></li>`)}</ul>`}<//>
    ${made && html`<div class="notice good after" role="status"><p>${t("keys.once")}</p><code class="secret">${made.secret}</code>
      <p class="buttons after"><${Copy} text=${made.secret} /></p></div>`}
    <form class="after" onSubmit=${form.submit}><${FormNotice} form=${form} />
      <div class="pair"><${Field} form=${form} name="name" label=${t("keys.name")} hint=${t("keys.name_hint")} required maxlength="100" />
        ${!event && html`<${Field} form=${form} name="scope" label=${t("keys.scope")} options=${{ read: t("scope.read"), write: t("scope.write") }} />`}
        <${Field} form=${form} name="expires_at" type="date" label=${t("keys.expires")} hint=${t("keys.expires_hint")} /></div>
      <div><${Submit} form=${form}>${t("keys.make")}<//></div></form>`;
}
