// Codes of an authenticator app beside the password.
import { get, send } from "../shared/api.js";
import { CodeField, Field, FormNotice, Submit, useForm } from "../shared/form.js";
import { time } from "../shared/format.js";
import { Act, Loaded, tell, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */

export function Factor() {
  const read = useRead(async () => (await get("/auth/second-factor")).data, []);
  const [started, setStarted] = useState(/** @type {Schemas["NewFactor"] | null} */ (null));
  const [codes, setCodes] = useState(/** @type {string[]} */ ([]));
  const begin = async () => setStarted((await send("post", "/auth/second-factor", { body: {} })).data);
  /** @param {Schemas["FactorOn"]} now */
  const on = (now) => {
    setStarted(null);
    setCodes(now.recovery_codes);
    read.put(now);
  };
  return html`<p class="soft">${t("factor.what")}</p>
    ${codes.length > 0 && html`<div class="notice good after" role="status"><p>${t("factor.recovery")}</p><code class="secret words">${codes.join("\n")}</code></div>`}
    <${Loaded} of=${read}>${(/** @type {Schemas["Factor"]} */ now) => now.on ? html`<p class="after">${t("factor.on", { since: time(now.since ?? "") })}
        ${" "}${t("factor.left", { count: now.recovery_codes_left })}</p><${Remove} done=${read.reload} />`
      : started ? html`<${TurnOn} started=${started} done=${on} />`
      : html`<p class="after"><${Act} act=${begin}>${t("factor.begin")}<//></p>`}<//>`;
}

/** @param {{started: Schemas["NewFactor"], done: (now: Schemas["FactorOn"]) => void}} props */
function TurnOn({ started, done }) {
  const form = useForm("", { code: "" }, async ({ code }) => {
    done((await send("post", "/auth/second-factor/confirm", { body: { key: started.key, code: code.trim() } })).data);
  });
  return html`<form class="after" onSubmit=${form.submit}><p>${t("factor.scan")} ${" "}<a href=${started.address}>${t("factor.open")}</a></p>
    <code class="secret">${started.secret}</code><${FormNotice} form=${form} /><${CodeField} form=${form} />
    <div><${Submit} form=${form}>${t("factor.turn_on")}<//></div></form>`;
}

/** @param {{done: () => Promise<unknown>}} props */
function Remove({ done }) {
  const form = useForm("", { password: "", code: "" }, async (values) => {
    await send("post", "/auth/second-factor/remove", { body: { password: values.password, code: values.code.trim() } });
    tell(t("editor.saved"));
    await done();
  });
  return html`<details class="after"><summary>${t("factor.remove")}</summary><form onSubmit=${form.submit}><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="password" type="password" label=${t("password")} autocomplete="current-password" required />
      <${CodeField} form=${form} /></div><div><${Submit} form=${form} class="danger">${t("factor.remove")}<//></div></form></details>`;
}
