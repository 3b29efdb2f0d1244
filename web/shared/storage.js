// What this tab keeps until it is closed. A browser may refuse storage altogether: then it is kept until a reload.

/** @type {Map<string, string>} */
const instead = new Map();

/**
 * @param {string} name
 * @returns {any} what was kept under the name, or null
 */
export function recall(name) {
  try {
    const text = sessionStorage.getItem(name) ?? instead.get(name);
    return text ? JSON.parse(text) : null;
  } catch {
    return instead.has(name) ? JSON.parse(/** @type {string} */ (instead.get(name))) : null;
  }
}

/**
 * @param {string} name
 * @param {unknown} value null forgets it
 */
export function keep(name, value) {
  instead.delete(name);
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    if (value !== null) instead.set(name, JSON.stringify(value));
  }
}

/** Forgets all that this tab keeps. */
export function forget() {
  instead.clear();
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept there.
  }
}
