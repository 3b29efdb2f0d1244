// What a scan means, to be seen from two metres: a colour, a sign and a word, the name, and how many of the party.
import { language, t } from "../shared/texts.js";
import { html } from "../shared/ui.js";
import { door } from "./door.js";
import { letsIn } from "./verdict.js";

/** @type {Record<string, string>} */
const SIGNS = { welcome: "✓", unlisted: "✓", used: "↺", earlier: "↺", foreign: "✕", cancelled: "✕", unknown: "?", waiting: "…", held: "…", walkin: "✓", full: "✕", enrolled: "…" };
/** @type {Record<string, string>} */
const LOOKS = { welcome: "good", unlisted: "good", used: "wait", earlier: "bad", foreign: "bad", cancelled: "bad", unknown: "bad", waiting: "wait", held: "wait", walkin: "good", full: "bad", enrolled: "wait" };

/** @typedef {import("./verdict.js").Verdict} Verdict */
/** @typedef {import("./store.js").Entry} Entry */

/** A time of the event's zone; with its day where that is asked for. @param {string | null} at */
export function clock(at, withDay = false) {
  if (!at) return "";
  const zone = door.value?.info?.timezone;
  const form = withDay ? { dateStyle: "medium", timeStyle: "short" } : { hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(language.value, { timeZone: zone, .../** @type {Intl.DateTimeFormatOptions} */ (form) }).format(new Date(at));
}

/**
 * @param {{said: {verdict: Verdict, entry: Entry | null, at: number} | null, correct: (entry: Entry, total: number) => Promise<void>}} props
 */
export function Said({ said, correct }) {
  if (!said) return html`<section class="said none" aria-live="assertive"><p class="word">${t("door.ready")}</p><p>${t("door.ready_why")}</p></section>`;
  const { verdict, entry } = said;
  const isUndone = Boolean(entry?.undone);
  const look = isUndone ? "none" : LOOKS[verdict.kind];
  return html`<section class="said ${look}" data-kind=${verdict.kind} data-at=${said.at}>
    <div key=${said.at} class="flash" role="alert"><p class="sign" aria-hidden="true">${isUndone ? "↺" : SIGNS[verdict.kind]}</p>
      <p class="word">${t(isUndone ? "door.undone" : `door.kind.${verdict.kind}`)}</p>
      ${verdict.row && html`<p class="name">${verdict.row.name || t("door.no_name")}</p>`}
      <p class="why">${why(verdict, entry)}</p>
      ${!verdict.checked && verdict.kind !== "unknown" && html`<p class="why">${t("door.not_checked")}</p>`}</div>
    ${entry && letsIn(verdict.kind) && !isUndone && html`<div class="party">
      ${verdict.people > 1 && html`<div class="numbers" role="group" aria-label=${t("door.how_many")}>
        <span>${t("door.how_many")}</span>${Array.from({ length: verdict.people }, (_, number) => number + 1).map((number) =>
          html`<button key=${number} type="button" class="button" aria-pressed=${number === entry.people}
            onClick=${() => correct(entry, entry.before + number)}>${number}</button>`)}</div>`}
      <button type="button" class="button undo" onClick=${() => correct(entry, entry.before)}>${t("door.undo")}</button></div>`}
  </section>`;
}

/** @param {Verdict} verdict @param {Entry | null} entry */
function why(verdict, entry) {
  const { kind, before, party, since, here } = verdict;
  if (entry?.undone) return t("door.undone_why");
  if (kind === "walkin") return `${t("door.why.walkin")} ${party === 1 ? "" : t("door.of_party", { people: entry?.people ?? party, of: party })}`;
  if (kind === "welcome") {
    const people = entry?.people ?? verdict.people;
    if (party === 1) return t("door.one");
    return before ? t("door.of_party_more", { people, of: party, before, at: clock(since) }) : t("door.of_party", { people, of: party });
  }
  if (kind === "used") return since ? t(here ? "door.used_here" : "door.used_elsewhere", { at: clock(since) }) : t("door.why.used");
  return t(`door.why.${kind}`);
}
