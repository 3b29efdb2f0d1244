// The check-in app: one screen for whoever stands at the door.
import { addWords, preferred, speak, t } from "../shared/texts.js";
import { html, render, useEffect } from "../shared/ui.js";
import { door, open, reading, state, sync, trouble } from "./door.js";
import { Desk } from "./desk.js";
import { Head } from "./head.js";
import { wake } from "./sound.js";

addWords((tag) => import(`./texts/${tag}.js`));

const BEAT_MS = 15_000;

/** The key in the address, which no server ever sees: a fragment is not sent. It is taken out at once. */
function linked() {
  const said = new URLSearchParams(location.hash.slice(1));
  const [key, event] = [said.get("key"), said.get("event")];
  if (location.hash) history.replaceState(null, "", location.pathname);
  return key && event ? { key, event } : null;
}

async function start() {
  await open(linked());
  await sync();
}

function beat() {
  if (!document.hidden) void sync();
}

function App() {
  useEffect(() => {
    const timer = setInterval(beat, BEAT_MS);
    document.addEventListener("visibilitychange", beat);
    addEventListener("online", beat);
    addEventListener("hashchange", start);
    addEventListener("pointerdown", wake);
    addEventListener("keydown", wake);
    return () => clearInterval(timer);
  }, []);
  return html`<${Head} /><main id="content" class="door" tabindex="-1"><${Screen} /></main>`;
}

function Screen() {
  if (state.value === "loading") return html`<p class="waiting">${t("loading")}</p>`;
  if (state.value !== "ready" || !door.value) {
    return html`<section class="card narrow says" role="status"><h2>${t(`door.${state.value}`)}</h2>
      <p>${t(`door.${state.value}_why`)}</p></section>`;
  }
  if (!door.value.updatedAfter) {
    return html`<section class="card narrow says" role="status"><h2>${t("door.reading")}</h2>
      <p>${reading.value ? t("door.reading_so_far", { number: reading.value }) : t("door.reading_why")}</p>
      ${trouble.value && html`<p class="fault">${t(`door.trouble.${trouble.value}`)}</p>`}
      <p><button type="button" onClick=${sync}>${t("again")}</button></p></section>`;
  }
  return html`<${Desk} />`;
}

await speak(preferred());
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
if ("serviceWorker" in navigator) navigator.serviceWorker.register(new URL("worker.js", import.meta.url)).catch(console.error);
await start();
