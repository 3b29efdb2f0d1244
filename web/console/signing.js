// The way in: log in, sign up with a code, a new password.
import { ended, keep, Problem, recall, send, session } from "../shared/api.js";
import { Act, CodeField, Field, FormNotice, go, Heading, lacksCode, NOT_YET, route, Submit, useForm } from "../shared/parts.js";
import { language, t } from "../shared/texts.js";
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
