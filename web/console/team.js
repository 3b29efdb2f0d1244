// Who works on an event with its owner, and keys: for devices at the door, and for programs.
import { account, get, send } from "../shared/api.js";
import { time } from "../shared/format.js";
import { Act, Copy, Field, FormNotice, Loaded, Mark, Submit, tell, useForm, useRead } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";

/** @typedef {import("../types").Schemas} Schemas */

const ROLES = ["manager", "viewer", "check_in"];
const roles = () => Object.fromEntries(ROLES.map((one) => [one, t(`role.${one}`)]));

/** @param {import("./events.js").OfEvent} props */
export function Team({ read: { event } }) {
  const isOwner = event.organizer.id === account.value?.id;
  const params = { event_id: event.id };
  const read = useRead(async () => (await get("/events/{event_id}/team", { params })).data.results, [event.id]);
  return html`<div class="stack"><section class="card"><h2>${t("team.title")}</h2><p class="soft">${t("team.what")}</p>
      <${Loaded} of=${read}>${(/** @type {Schemas["TeamMember"][]} */ members) => members.length
        ? html`<ul class="plain after">${members.map((one) => html`<${Member} key=${one.id} one=${one} event=${event} isOwner=${isOwner} reload=${read.reload} />`)}</ul>`
        : html`<p class="soft after">${t("team.none")}</p>`}<//>
      ${isOwner && html`<${Invite} event=${event} reload=${read.reload} />`}</section>
    ${isOwner && html`<section class="card"><h2>${t("team.keys")}</h2><p class="soft">${t("team.keys_what")}</p><${Keys} event=${event} /></section>`}</div>`;
}

/** @param {{one: Schemas["TeamMember"], event: Schemas["Event"], isOwner: boolean, reload: () => Promise<unknown>}} props */
function Member({ one, event, isOwner, reload }) {
  const params = { event_id: event.id, member_id: one.id };
  /** @param {any} change */
  const choose = async ({ target }) => {
    await send("patch", "/events/{event_id}/team/{member_id}", { params, body: { role: target.value } });
    tell(t("editor.saved"));
    await reload();
  };
  const remove = async () => {
    await send("delete", "/events/{event_id}/team/{member_id}", { params });
    await reload();
  };
  const name = one.name ?? one.email ?? "–";
  return html`<li class="line"><span><b>${name}</b> <${Mark} status=${one.status} /> <span class="soft small">${one.all_events ? t("team.all_events") : ""}
      ${one.status === "invited" && one.expires_at ? t("waitlist.until", { at: time(one.expires_at) }) : ""}</span></span>
    <span class="buttons">${isOwner && one.status === "member"
      ? html`<select aria-label=${t("team.role_of", { name })} value=${one.role} onChange=${choose}>${Object.entries(roles()).map(([role, text]) =>
          html`<option key=${role} value=${role} selected=${role === one.role}>${text}</option>`)}</select>`
      : t(`role.${one.role}`)}
      ${isOwner && html`<${Act} class="danger" act=${remove}>${t("remove")}<//>`}</span></li>`;
}

/** @param {{event: Schemas["Event"], reload: () => Promise<unknown>}} props */
function Invite({ event, reload }) {
  const form = useForm(`invite-${event.id}`, { email: "", role: "manager", all_events: false }, async (values) => {
    const body = { email: values.email.trim(), role: values.role, all_events: values.all_events };
    await send("post", "/events/{event_id}/team", { params: { event_id: event.id }, body });
    tell(t("team.invited", { email: values.email }));
    form.discard();
    await reload();
  });
  return html`<form class="after" onSubmit=${form.submit}><h3>${t("team.invite")}</h3><${FormNotice} form=${form} />
    <div class="pair"><${Field} form=${form} name="email" type="email" label=${t("email")} required />
      <${Field} form=${form} name="role" label=${t("team.role")} options=${roles()} /></div>
    <${Field} form=${form} name="all_events" type="checkbox" label=${t("team.all_events")} />
    <div><${Submit} form=${form}>${t("team.invite")}<//></div></form>`;
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
