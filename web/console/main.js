// The organiser's console: who is logged in sees the screen that the address names, everybody else the way in.
import { account, ended, explained, get, Offline, passwordAsked, session } from "../shared/api.js";
import { CodeField, Dialog, Field, FormNotice, lacksCode, NOT_YET, route, Submit, toast, useForm } from "../shared/parts.js";
import { addWords, choose, language, languages, preferred, speak, t } from "../shared/texts.js";
import { html, render, signal, useEffect, useState } from "../shared/ui.js";
import { Account, Signing } from "./account.js";
import { NewEvent } from "./editor.js";
import { Events, EventScreens } from "./events.js";

addWords((tag) => import(`./texts/${tag}.js`));

const offline = signal(!navigator.onLine);
addEventListener("online", () => {
  offline.value = false;
});
addEventListener("offline", () => {
  offline.value = true;
});

/** @type {import("../types").Signal<unknown>} */
const trouble = signal(null);

async function open() {
  trouble.value = null;
  try {
    if (session.isOpen()) account.value = (await get("/auth/me")).data;
  } catch (error) {
    if (error instanceof Offline || session.isOpen()) trouble.value = error;
  }
}

function App() {
  useEffect(() => {
    void open();
  }, []);
  return html`
    <a class="skip" href="#content" onClick=${toContent}>${t("skip")}</a>
    <${Head} />
    ${offline.value && html`<p class="strip" role="status">${t("offline")}</p>`}
    <main id="content" tabindex="-1">
      ${trouble.value ? html`<p class="notice bad" role="alert">${explained(trouble.value)} ${" "}
          <button type="button" class="link" onClick=${open}>${t("again")}</button></p>`
        : account.value ? html`<${Screen} />`
        : session.isOpen() && !ended.value ? html`<p class="waiting">${t("loading")}</p>`
        : html`<${Signing} />`}
    </main>
    ${passwordAsked.value && html`<${PasswordOnceMore} />`}
    <div class="toast" role="status">${toast.value && html`<p>${toast.value}</p>`}</div>`;
}

/** @param {Event} event */
function toContent(event) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Screen() {
  const { parts } = route.value;
  const [area, id, ...more] = parts;
  if (area === "events" && id === "new") return html`<${NewEvent} />`;
  if (area === "events" && id) return html`<${EventScreens} key=${id} id=${id} parts=${more} />`;
  if (area === "account") return html`<${Account} />`;
  return html`<${Events} />`;
}

function Head() {
  const [area] = route.value.parts;
  const current = (/** @type {boolean} */ here) => (here ? "page" : undefined);
  return html`<header class="top"><div>
    <a class="home" href="#/">Turnout</a>
    ${account.value && html`<nav aria-label=${t("nav.label")}>
      <a href="#/" aria-current=${current(area !== "account")}>${t("nav.events")}</a>
      <a href="#/account" aria-current=${current(area === "account")}>${t("nav.account")}</a>
      <button type="button" class="link" onClick=${() => session.logOut()}>${t("nav.log_out")}</button></nav>`}
    ${!account.value && html`<nav aria-label=${t("nav.language")}>${Object.entries(languages).map(([tag, name]) =>
      html`<button key=${tag} type="button" class="link" lang=${tag} aria-pressed=${tag === language.value}
        onClick=${() => choose(tag)}>${name}</button>`)}</nav>`}
  </div></header>`;
}

function PasswordOnceMore() {
  const answer = /** @type {(password: string | null, code?: string) => Promise<void>} */ (passwordAsked.value);
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm("", { password: "", code: "" }, async ({ password, code }) => {
    try {
      await answer(password, code);
    } catch (error) {
      if (!lacksCode(error)) throw error;
      setAsksCode(true);
      return NOT_YET;
    }
  });
  return html`<${Dialog} title=${t("fresh.title")} close=${() => answer(null)}>
    <form onSubmit=${form.submit}><p>${t("fresh.why")}</p><${FormNotice} form=${form} />
      <${Field} form=${form} name="password" type="password" label=${t("password")} autocomplete="current-password" required autofocus />
      ${asksCode && html`<${CodeField} form=${form} />`}
      <div class="buttons"><${Submit} form=${form}>${t("fresh.go_on")}<//>
        <button type="button" class="button" onClick=${() => answer(null)}>${t("cancel")}</button></div></form><//>`;
}

await speak(preferred());
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
