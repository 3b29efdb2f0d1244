// Calls of the API with the key of a door. Nothing of a login is near: a key that is revoked ends here.

/** @typedef {Record<string, string | number | null | undefined>} Query */

/** The API answered, and refused. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {string} field of the body that is at fault */
  constructor(status, code, detail, field = "") {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** No answer: whether the request arrived is not known. */
export class Offline extends Error {}

const PATIENCE_MS = 20_000;

/**
 * @template {import("../types").With<"get">} P
 * @param {P} path as the document names it, with its variables in braces
 * @param {{key?: string, event?: string, query?: Query}} request
 * @returns {Promise<import("../types").Answered<P, "get">>}
 */
export function get(path, request) {
  return call("GET", path, request);
}

/**
 * @template {import("../types").With<"post">} P
 * @param {"post"} method
 * @param {P} path
 * @param {{key: string, event: string, body: unknown, once?: string}} request `once` names what is to be done once, however often it is sent
 * @returns {Promise<import("../types").Answered<P, "post">>}
 */
export function send(method, path, request) {
  return call(method.toUpperCase(), path, request);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{key?: string, event?: string, query?: Query, body?: unknown, once?: string}} request
 * @returns {Promise<any>}
 */
async function call(method, path, { key, event, query = {}, body, once }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = once ?? crypto.randomUUID();
  const pairs = Object.entries(query).filter(([, value]) => value != null).map(([name, value]) => [name, String(value)]);
  const target = path.replace("{event_id}", encodeURIComponent(event ?? "")) + (pairs.length ? `?${new URLSearchParams(pairs)}` : "");
  const answer = await asked((await base()) + target, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  try {
    const data = await answer.json();
    if (answer.ok) return data;
    throw new Refused(answer.status, String(data.code ?? ""), String(data.detail ?? ""), String(data.errors?.[0]?.pointer ?? "").slice(1));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw answer.ok ? new Offline() : new Refused(answer.status, "", "");
  }
}

/** @param {string} target @param {RequestInit} request */
async function asked(target, request) {
  try {
    return await fetch(target, { ...request, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Offline();
  }
}

/** Where the API is: `config.json` beside the apps says it, empty for the page's own origin. */
async function base() {
  const answer = await fetch(new URL("../config.json", import.meta.url)).catch(() => null);
  if (!answer?.ok) throw new Offline();
  return String((await answer.json()).api).replace(/\/$/, "");
}

/** What a list's `next` leads to. @param {string | null} next */
export function cursorOf(next) {
  return next ? new URL(next).searchParams.get("cursor") : null;
}
