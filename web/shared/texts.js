// Words of the language that the person reads. Only that language is loaded; each app adds its own words to the common ones.
import { signal } from "./ui.js";

/** @typedef {Record<string, string>} Words */
/** @typedef {(tag: string) => Promise<{words: Words}>} Source */

export const languages = { en: "English", de: "Deutsch" };

/** @type {Source[]} */
const sources = [(tag) => import(`./texts/${tag}.js`)];
/** @type {Words} */
let words = {};
/** Empty until the words are there. */
export const language = signal("");

/** @param {Source} source where an app has words of its own */
export function addWords(source) {
  sources.push(source);
}

/** The language that was chosen before, else the first that the browser asks for. */
export function preferred() {
  const wanted = [stored() ?? "", ...navigator.languages.map((one) => one.slice(0, 2).toLowerCase())];
  return wanted.find((one) => one in languages) ?? "en";
}

/** @param {string} tag */
export async function speak(tag) {
  const loaded = await Promise.all(sources.map((source) => source(tag)));
  words = Object.assign({}, ...loaded.map((one) => one.words));
  language.value = tag;
  document.documentElement.lang = tag;
}

/** Speak a language, and remember it on this device. @param {string} tag */
export async function choose(tag) {
  if (!(tag in languages) || tag === language.value) return;
  await speak(tag);
  try {
    localStorage.setItem("language", tag);
  } catch {
    // Without storage it is chosen for this page only.
  }
}

function stored() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

/**
 * The text of a key; `{name}` in it is replaced. With `count`, `key.one` or `key.other` as the language counts.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const full = key in words || !("count" in values) ? key : `${key}.${counted(Number(values.count))}`;
  return (words[full] ?? full).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/**
 * The text of a key that may not be there.
 * @param {string} key
 * @returns {string | undefined}
 */
export function known(key) {
  return words[key];
}

/** @param {number} count */
function counted(count) {
  return new Intl.PluralRules(language.value).select(count) === "one" ? "one" : "other";
}

/** @param {string | number | undefined} value */
function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(language.value).format(value) : (value ?? "");
}
