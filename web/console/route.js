// The address behind `#` says which screen is shown, so that no server has to know the screens.
import { signal } from "../shared/ui.js";

const read = () => {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
};

export const route = signal(read());
addEventListener("hashchange", () => {
  route.value = read();
});

/** @param {string} path */
export function go(path) {
  location.hash = path;
}

/**
 * Keeps a search in the address without a new entry in the history.
 * @param {string} path
 * @param {Record<string, string>} query
 */
export function stay(path, query) {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  history.replaceState(null, "", `#${path}${text ? `?${text}` : ""}`);
}
