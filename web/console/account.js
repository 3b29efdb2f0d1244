// One's own account.
import { account, cursorOf, get, send, session } from "../shared/api.js";
import { time } from "../shared/format.js";
import { Act, CodeField, Copy, Dialog, download, Field, FormNotice, Heading, Loaded, Mark, Submit, tell, useForm, useRead } from "../shared/parts.js";
import { choose, languages, t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";
import { Keys } from "./team.js";

/** @typedef {import("../types").Schemas} Schemas */

const me = () => /** @type {Schemas["Account"]} */ (account.value);

/** @param {{title: string, children: any}} props */
function Part({ title, children }) {
  return html`<section class="card"><h2>${title}</h2>${children}</section>`;
}

export function Account() {
  return html`<${Heading}>${t("nav.account")}<//><div class="stack">
    <${Part} title=${t("account.profile")}><${Profile} /><//>
    <${Part} title=${t("email")}><${Address} /><//>
    <${Part} title=${t("password")}><${Password} /><//>
    <${Part} title=${t("factor.title")}><${Factor} /><//>
    <${Part} title=${t("account.preferences")}><${Preferences} /><//>
    <${Part} title=${t("account.feed")}><${Feed} /><//>
    <${Part} title=${t("account.sessions")}><${Sessions} /><//>
    <${Part} title=${t("account.keys")}><p class="soft">${t("account.keys_what")}</p><${Keys} /><//>
    <${Part} title=${t("account.data")}><${Data} /><//></div>`;
}

function Profile() {
  const initial = { first_name: me().first_name, last_name: me().last_name, username: me().username ?? "", locale: me().locale };
  const form = useForm("profile", initial, async (values) => {
    const body = { ...values, username: values.username.trim() || null };
    account.value = (await send("patch", "/auth/me", { body })).data;
    await choose(values.locale);
    tell(t("editor.saved"));
  });
  const choices = { ...languages, ...(me().locale in languages ? {} : { [me().locale]: me().locale }) };
  return html`<form onSubmit=${form.submit}><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="first_name" label=${t("first_name")} autocomplete="given-name" />
      <${Field} form=${form} name="last_name" label=${t("last_name")} autocomplete="family-name" />
      <${Field} form=${form} name="username" label=${t("account.username")} autocomplete="username" />
      <${Field} form=${form} name="locale" label=${t("nav.language")} options=${choices} /></div>
    <div><${Submit} form=${form}>${t("save")}<//></div></form>`;
}

function Address() {
  const [asked, setAsked] = useState("");
  const wish = useForm("", { email: "" }, async ({ email }) => {
    await send("post", "/auth/me/email", { body: { email: email.trim() } });
    setAsked(email.trim());
  });
  const proof = useForm("", { otp: "" }, async ({ otp }) => {
    account.value = (await send("post", "/auth/verify-new-email", { body: { otp: otp.trim() } })).data;
    setAsked("");
    wish.discard();
    tell(t("editor.saved"));
  });
  return html`<p>${me().email}</p>${asked
    ? html`<form class="after" onSubmit=${proof.submit}><p>${t("code.sent", { email: asked })}</p><${FormNotice} form=${proof} />
        <${Field} form=${proof} name="otp" class="code" label=${t("code.label")} inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required />
        <div><${Submit} form=${proof}>${t("code.go")}<//></div></form>`
    : html`<form class="after" onSubmit=${wish.submit}><${FormNotice} form=${wish} />
        <${Field} form=${wish} name="email" type="email" label=${t("account.new_email")} autocomplete="email" required />
        <div><${Submit} form=${wish} class="button">${t("account.change_email")}<//></div></form>`}`;
}

function Password() {
  const form = useForm("", { old_password: "", new_password: "" }, async (values) => {
    session.adopt((await send("post", "/auth/change-password", { body: values })).data);
    form.discard();
    tell(t("account.password_done"));
  });
  return html`<form onSubmit=${form.submit}><${FormNotice} form=${form} /><div class="pair">
      <${Field} form=${form} name="old_password" type="password" label=${t("account.old_password")} autocomplete="current-password" required />
      <${Field} form=${form} name="new_password" type="password" label=${t("reset.password")} hint=${t("password.hint")} autocomplete="new-password" minlength="8" required /></div>
    <div><${Submit} form=${form} class="button">${t("account.change_password")}<//></div></form>`;
}

function Preferences() {
  const read = useRead(async () => (await get("/auth/me/preferences")).data, []);
  /** @param {Schemas["Preferences"]} wanted */
  const write = async (wanted) => {
    read.put((await send("put", "/auth/me/preferences", { body: wanted })).data);
    tell(t("editor.saved"));
  };
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["Preferences"]} */ now) => html`
    ${now.suppressed && html`<p class="notice bad">${t("account.suppressed")}</p>`}
    ${/** @type {const} */ (["reminders", "follow_ups", "messages", "by_others"]).map((one) => html`<div class="check"><label><input type="checkbox"
      checked=${now[one]} onChange=${(/** @type {any} */ { target }) => write({ ...now, [one]: target.checked }).catch(read.reload)} /> ${t(`prefer.${one}`)}</label></div>`)}`}<//>`;
}

function Feed() {
  const read = useRead(async () => (await get("/auth/me/feeds")).data, []);
  const renew = async () => read.put((await send("post", "/auth/me/feeds")).data);
  return html`<p class="soft">${t("account.feed_what")}</p><${Loaded} of=${read}>${(/** @type {Schemas["Feed"]} */ { url, webcal_url }) => html`
    <code class="secret after">${url}</code><p class="buttons after"><a class="button" href=${webcal_url}>${t("account.feed_open")}</a>
    <${Copy} text=${url} /><${Act} act=${renew}>${t("account.feed_renew")}<//></p>`}<//>`;
}

function Sessions() {
  const read = useRead(async () => (await get("/auth/sessions")).data.results, []);
  /** @param {Schemas["Session"]} one */
  const end = async (one) => {
    await send("delete", "/auth/sessions/{session_id}", { params: { session_id: one.id } });
    await read.reload();
  };
  const endAll = async () => {
    await send("delete", "/auth/sessions");
    session.end("out");
  };
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["Session"][]} */ ones) => html`<ul class="plain">${ones.map((one) => html`<li key=${one.id} class="line">
      <span>${one.network ?? "–"} ${one.current ? html`<${Mark} status="member">${t("account.this_one")}<//>` : ""}<br />
        <span class="soft small">${t("account.session_times", { since: time(one.created_at), used: time(one.last_used_at) })}</span></span>
      ${!one.current && html`<${Act} class="danger" act=${() => end(one)}>${t("account.end")}<//>`}</li>`)}</ul>
    <p class="after"><${Act} class="danger" act=${endAll}>${t("account.end_all")}<//></p>`}<//>`;
}

function Data() {
  const [sure, setSure] = useState(false);
  const erase = async () => {
    await send("delete", "/auth/me");
    session.end("closed");
  };
  return html`<p class="soft">${t("account.data_what")}</p><p class="buttons after"><${Act} act=${exported}>${t("account.export")}<//>
      <button type="button" class="danger" onClick=${() => setSure(true)}>${t("account.erase")}</button></p>
    ${sure && html`<${Dialog} title=${t("account.erase")} close=${() => setSure(false)}><p>${t("account.erase_what")}</p>
      <div class="buttons after"><${Act} class="danger" act=${erase}>${t("account.erase_yes")}<//>
        <button type="button" class="button" onClick=${() => setSure(false)}>${t("cancel")}</button></div><//>`}`;
}

/** Everything that is kept about the person, as one file. */
async function exported() {
  const items = [];
  /** @type {string | null} */
  let cursor = "";
  while (cursor !== null) {
    const { data } = await get("/auth/me/export", { query: { cursor } });
    items.push(...data.items);
    cursor = cursorOf(data.next);
  }
  download("turnout.json", [JSON.stringify(items, null, 2)], "application/json");
}

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
