// One's own account.
import { send } from "../shared/api.js";
import { Field, FormNotice, Submit, useForm } from "../shared/form.js";
import { Heading, tell } from "../shared/parts.js";
import { account } from "../shared/session.js";
import { choose, languages, t } from "../shared/texts.js";
import { html } from "../shared/ui.js";

export function Account() {
  return html`<${Heading}>${t("nav.account")}<//><div class="stack"><${Profile} /></div>`;
}

function Profile() {
  const me = /** @type {import("../types").Schemas["Account"]} */ (account.value);
  const initial = { first_name: me.first_name, last_name: me.last_name, username: me.username ?? "", locale: me.locale };
  const form = useForm("profile", initial, async (values) => {
    const body = { ...values, username: values.username.trim() || null };
    account.value = (await send("patch", "/auth/me", { body })).data;
    choose(values.locale);
    tell(t("editor.saved"));
  });
  const choices = { ...languages, ...(me.locale in languages ? {} : { [me.locale]: me.locale }) };
  return html`<section class="card"><h2>${t("account.profile")}</h2><form onSubmit=${form.submit}><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="first_name" label=${t("first_name")} autocomplete="given-name" />
      <${Field} form=${form} name="last_name" label=${t("last_name")} autocomplete="family-name" />
      <${Field} form=${form} name="username" label=${t("account.username")} autocomplete="username" />
      <${Field} form=${form} name="locale" label=${t("nav.language")} options=${choices} /></div>
    <p class="soft">${t("email")}: ${me.email}</p>
    <div><${Submit} form=${form}>${t("save")}<//></div></form></section>`;
}
