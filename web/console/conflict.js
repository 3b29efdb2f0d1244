// Two people edited the same event: what both changed is chosen field by field, side by side.
import { Dialog } from "../shared/parts.js";
import { t } from "../shared/texts.js";
import { html, useState } from "../shared/ui.js";
import { FIELDS } from "./event_values.js";

/** @typedef {Record<string, string | boolean>} Values */

/**
 * @param {{before: Values, mine: Values, theirs: Values, resolve: (merged: Values) => void, close: () => void}} props
 */
export function Conflict({ before, mine, theirs, resolve, close }) {
  const differing = FIELDS.filter((field) => mine[field] !== theirs[field]);
  // Only what both touched is a question; otherwise the one who touched it is right.
  const [taken, setTaken] = useState(/** @type {Record<string, "mine" | "theirs">} */ (
    Object.fromEntries(differing.map((field) => [field, mine[field] === before[field] ? "theirs" : "mine"]))));
  const merge = (/** @type {Event} */ event) => {
    event.preventDefault();
    resolve(Object.fromEntries(FIELDS.map((field) => [field, (taken[field] === "mine" ? mine : theirs)[field]])));
  };
  return html`<${Dialog} title=${t("conflict.title")} wide close=${close}><form onSubmit=${merge}>
    <p>${t("conflict.why")}</p>
    ${differing.map((field) => html`<fieldset key=${field} class="versions"><legend>${t(`field.${field}`)}</legend>
      ${/** @type {const} */ (["theirs", "mine"]).map((side) => {
        const value = (side === "mine" ? mine : theirs)[field];
        return html`<label key=${side} class=${taken[field] === side ? "chosen" : ""}>
          <span><input type="radio" name=${field} checked=${taken[field] === side} onChange=${() => setTaken({ ...taken, [field]: side })} />
            ${" "}<b>${t(`conflict.${side}`)}</b></span>
          <span class="value">${shown(value)}</span></label>`;
      })}</fieldset>`)}
    <div class="buttons"><button type="submit">${t("conflict.go")}</button>
      <button type="button" class="button" onClick=${close}>${t("conflict.back")}</button></div></form><//>`;
}

/** @param {string | boolean} value */
function shown(value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return value || t("conflict.empty");
}
