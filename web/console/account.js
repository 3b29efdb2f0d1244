// The way in (log in, sign up with a code, a new password), one's own account, and its API keys: for programs, and for devices at the door.
import { account, cursorOf, ended, get, Problem, send, session } from "../shared/api.js";
import { time } from "../shared/format.js";
import { Act, CodeField, Copy, Dialog, download, Field, FormNotice, go, Heading, lacksCode, Loaded, Mark, NOT_YET, route, Submit, tell, useForm, useRead } from "../shared/parts.js";
import { keep, recall } from "../shared/storage.js";
import { choose, language, languages, t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";

// Between sign-up and the code, and gone at a reload, because it has the password.
/** @type {{email: string, password: string, signup_id: string | null} | null} */
let started = null;

export function Signing() {
  const [area] = route.value.parts;
  const screens = /** @type {Record<string, any>} */ ({ "sign-up": SignUp, code: Code, forgotten: Forgotten, "new-password": NewPassword });
  const Shown = screens[area] ?? LogIn;
  return html`<div class="card narrow"><${Shown} key=${area} /></div>`;
}

function LogIn() {
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm("", { email: "", password: "", code: "" }, async ({ email, password, code }) => {
    try {
      await session.logIn(email.trim(), password, code);
    } catch (error) {
      if (lacksCode(error)) return (setAsksCode(true), NOT_YET);
      if (!(error instanceof Problem) || error.code !== "email_not_verified" || !email.includes("@")) throw error;
      started = { email: email.trim(), password, signup_id: null };
      await send("post", "/auth/resend-otp", { body: { email: email.trim() }, public: true });
      go("/code");
    }
  });
  return html`<${Heading}>${t("login.title")}<//>
    ${ended.value && html`<p class="notice" role="status">${t(`login.${ended.value}`)}</p>`}
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      <${Field} form=${form} name="email" label=${t("login.name")} autocomplete="username" autocapitalize="none" required />
      <${Field} form=${form} name="password" type="password" label=${t("password")} autocomplete="current-password" required />
      ${asksCode && html`<${CodeField} form=${form} />`}
      <${Submit} form=${form} class="stretch">${t("login.go")}<//></form>
    <p class="after"><a href="#/forgotten">${t("login.forgotten")}</a></p>
    <p class="after">${t("login.new")} ${" "}<a href="#/sign-up">${t("signup.title")}</a></p>`;
}

function SignUp() {
  const initial = { first_name: "", last_name: "", email: "", password: "" };
  const form = useForm("sign-up", initial, async (values) => {
    const email = values.email.trim();
    const { data } = await send("post", "/auth/signup", { body: { ...values, email, locale: language.value }, public: true });
    started = { email, password: values.password, signup_id: data.signup_id };
    go("/code");
  }, { secret: ["password"] });
  return html`<${Heading}>${t("signup.title")}<//><p class="soft">${t("signup.why")}</p>
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      <div class="pair"><${Field} form=${form} name="first_name" label=${t("first_name")} autocomplete="given-name" />
      <${Field} form=${form} name="last_name" label=${t("last_name")} autocomplete="family-name" /></div>
      <${Field} form=${form} name="email" type="email" label=${t("email")} autocomplete="email" required />
      <${Field} form=${form} name="password" type="password" label=${t("password")} hint=${t("password.hint")}
        autocomplete="new-password" minlength="8" required />
      <${Submit} form=${form} class="stretch">${t("signup.go")}<//></form>
    <p class="after">${t("signup.old")} ${" "}<a href="#/">${t("login.title")}</a></p>`;
}

function Code() {
  const [known] = useState(started);
  const initial = { email: known?.email ?? "", otp: "", password: "" };
  const form = useForm("", initial, async ({ email, otp, password }) => {
    const proof = known?.signup_id ? { signup_id: known.signup_id } : { password: known?.password ?? password };
    await send("post", "/auth/verify-email", { body: { email, otp: otp.trim(), ...proof }, public: true });
    started = null;
    await session.logIn(email, known?.password ?? password);
    go("/");
  }, { secret: ["password"] });
  const resend = () => send("post", "/auth/resend-otp",
    { body: { email: form.values.email, ...(known?.signup_id ? { signup_id: known.signup_id } : {}) }, public: true });
  return html`<${Heading}>${t("code.title")}<//><p class="soft">${known ? t("code.sent", { email: known.email }) : t("code.enter")}</p>
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      ${!known && html`<${Field} form=${form} name="email" type="email" label=${t("email")} autocomplete="email" required />
      <${Field} form=${form} name="password" type="password" label=${t("password")} autocomplete="current-password" required />`}
      <${Field} form=${form} name="otp" class="code" label=${t("code.label")} inputmode="numeric" autocomplete="one-time-code"
        pattern="[0-9]{6}" maxlength="6" required />
      <${Submit} form=${form} class="stretch">${t("code.go")}<//></form>
    <p class="after">${t("code.none")} ${" "}<${Act} class="link" act=${resend} done=${t("code.again")}>${t("code.resend")}<//></p>`;
}

function Forgotten() {
  const form = useForm("", { email: "" }, async ({ email }) => {
    await send("post", "/auth/forgot-password", { body: { email: email.trim() }, public: true });
    keep("reset-for", email.trim());
    go("/new-password");
  });
  return html`<${Heading}>${t("forgotten.title")}<//><p class="soft">${t("forgotten.why")}</p>
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      <${Field} form=${form} name="email" type="email" label=${t("email")} autocomplete="email" required />
      <${Submit} form=${form} class="stretch">${t("forgotten.go")}<//></form>
    <p class="after"><a href="#/">${t("back_to_login")}</a></p>`;
}

function NewPassword() {
  const email = recall("reset-for");
  const form = useForm("", { token: "", new_password: "" }, async ({ token, new_password }) => {
    await send("post", "/auth/reset-password", { body: { token: token.trim(), new_password }, public: true });
    keep("reset-for", null);
    if (email) await session.logIn(email, new_password);
    go("/");
  }, { secret: ["new_password", "token"] });
  return html`<${Heading}>${t("reset.title")}<//><p class="soft">${t("reset.sent")}</p>
    <form onSubmit=${form.submit}><${FormNotice} form=${form} />
      <${Field} form=${form} name="token" label=${t("reset.token")} autocomplete="off" autocapitalize="none" spellcheck="false" required />
      <${Field} form=${form} name="new_password" type="password" label=${t("reset.password")} hint=${t("password.hint")}
        autocomplete="new-password" minlength="8" required />
      <${Submit} form=${form} class="stretch">${t("reset.go")}<//></form>
    <p class="after"><a href="#/forgotten">${t("reset.none")}</a></p>`;
}

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

/** @param {{event?: Schemas["Event"]}} props without an event: keys of all kinds */
export function Keys({ event }) {
  const [made, setMade] = useState(/** @type {Schemas["NewApiKey"] | null} */ (null));
  const read = useRead(async () => {
    const { results } = (await get("/auth/api-keys")).data;
    return results.filter((one) => !event || one.event_id === event.id);
  }, [event?.id]);
  const form = useForm("", { name: "", scope: event ? "check-in" : "read", expires_at: "" }, async (values) => {
    const body = { name: values.name, scope: values.scope, event_id: event?.id ?? null,
      expires_at: values.expires_at ? `${values.expires_at}T00:00:00Z` : null,
      check_in_page: event ? new URL("check-in/", location.href).href : null };
    setMade((await send("post", "/auth/api-keys", { body })).data);
    form.discard();
    await read.reload();
  });
  /** @param {Schemas["ApiKey"]} one */
  const revoke = async (one) => {
    await send("delete", "/auth/api-keys/{key_id}", { params: { key_id: one.id } });
    if (made?.id === one.id) setMade(null);
    await read.reload();
  };
  return html`<${Loaded} of=${read}>${(/** @type {Schemas["ApiKey"][]} */ keys) => keys.length > 0 && html`<ul class="plain after">${keys.map((one) => html`
      <li key=${one.id} class="line"><span><b>${one.name}</b> <code>${one.prefix}…</code><br /><span class="soft small">${t(`scope.${one.scope}`)} ·
        ${" "}${t("keys.until", { at: time(one.expires_at) })} · ${one.last_used_at ? t("keys.used", { at: time(one.last_used_at) }) : t("keys.unused")}</span></span>
        <${Act} class="danger" act=${() => revoke(one)}>${t("keys.revoke")}<//></li>`)}</ul>`}<//>
    ${made && (made.link ? html`<${Door} event=${event} made=${made} />` : html`<div class="notice good after" role="status"><p>${t("keys.once")}</p><code class="secret">${made.secret}</code>
      <p class="buttons after"><${Copy} text=${made.secret} /></p></div>`)}
    <form class="after" onSubmit=${form.submit}><${FormNotice} form=${form} />
      <div class="pair"><${Field} form=${form} name="name" label=${t("keys.name")} hint=${t("keys.name_hint")} required maxlength="100" />
        ${!event && html`<${Field} form=${form} name="scope" label=${t("keys.scope")} options=${{ read: t("scope.read"), write: t("scope.write") }} />`}
        <${Field} form=${form} name="expires_at" type="date" label=${t("keys.expires")} hint=${t("keys.expires_hint")} /></div>
      <div><${Submit} form=${form}>${t("keys.make")}<//></div></form>`;
}

/** What opens the check-in on a device at the door, to be scanned, sent or printed. @param {{event: any, made: Schemas["NewApiKey"]}} props */
function Door({ event, made }) {
  return html`<section class="notice good after print" role="status"><h3>${event.title}</h3><p>${made.name} · ${t("keys.until", { at: time(made.expires_at) })}</p>
    <img class="qr" alt=${t("keys.qr")} src="data:image/svg+xml,${encodeURIComponent(made.qr ?? "")}" />
    <p>${t("keys.scan")}</p><p class="buttons after"><button type="button" class="button" onClick=${() => print()}>${t("keys.print")}</button>
      <${Copy} text=${made.link ?? ""} /><a class="button" href=${made.link} target="_blank" rel="noopener">${t("keys.open")}</a></p></section>`;
}
