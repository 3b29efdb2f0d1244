// The line above everything: which event, how many are in, and whether the network is there.
import { choose, language, languages, t } from "../shared/texts.js";
import { html } from "../shared/ui.js";
import { number } from "../shared/format.js";
import { changes, countIn, door, online, queue, trouble } from "./door.js";

export function Head() {
  const info = door.value?.info;
  return html`<header><div class="top door-top"><div>
      <h1 class="home">${info?.title ?? t("door.title")}</h1>
      <${Languages} /></div></div>
    ${info && html`<div class="standing"><${Count} info=${info} /><${Network} /></div>`}</header>`;
}

function Languages() {
  return html`<nav aria-label=${t("door.language")}>${Object.entries(languages).map(([tag, name]) =>
    html`<button key=${tag} type="button" class="link" lang=${tag} aria-pressed=${tag === language.value}
      onClick=${() => choose(tag)}>${name}</button>`)}</nav>`;
}

/** @param {{info: import("./store.js").Info}} props */
function Count({ info }) {
  void changes.value;
  return html`<p class="count"><b data-testid="in">${number(countIn() ?? 0)}</b> <span>${t("door.count", { of: info.attendees_count })}</span></p>`;
}

function Network() {
  const open = queue.value.length;
  const isFine = online.value && !trouble.value;
  const said = trouble.value ? t(`door.trouble.${trouble.value}`) : t(online.value ? "door.online" : "door.offline");
  return html`<p class="network ${isFine ? "" : "off"}" role="status"><i aria-hidden="true">${isFine ? "●" : "○"}</i>
    <span>${said}${open ? ` · ${t("door.to_hand_in", { count: open })}` : ""}</span></p>`;
}
