// Calls of the API: one function for reading, one for changing. Every failure is a Problem or Offline.
import { session } from "./session.js";
import { language } from "./texts.js";

/** @typedef {import("../types").Schemas} Schemas */
/** @typedef {{params?: import("../types").Names, query?: import("../types").Query}} Where */
/** @typedef {{body?: unknown, key?: string, ifMatch?: string | null, public?: boolean}} What */

/** The API refused; `body` is its problem document. */
export class Problem extends Error {
  /** @param {Partial<Schemas["Problem"]> & {status: number}} body */
  constructor(body) {
    super(body.detail ?? body.title ?? String(body.status));
    this.body = body;
    this.status = body.status;
    this.code = String(body.code ?? "internal_error");
    this.faults = body.errors ?? [];
  }
}

/** No answer: whether the request arrived is not known. */
export class Offline extends Error {}

/** @type {Promise<string> | null} */
let origin = null;

/** Where the API is: said by `config.json` beside the page, empty for the page's own origin. */
async function base() {
  origin ??= fetch(new URL("../config.json", import.meta.url))
    .then((answer) => answer.json())
    .then((config) => /** @type {string} */ (config.api).replace(/\/$/, ""));
  try {
    return await origin;
  } catch {
    origin = null;
    throw new Offline();
  }
}

/**
 * @template {import("../types").With<"get">} P
 * @param {P} path as the document names it, with its variables in braces
 * @param {Where} [where]
 * @returns {Promise<import("../types").Sent<import("../types").Answered<P, "get">>>}
 */
export function get(path, where = {}) {
  return call("GET", path, where, {});
}

/**
 * @template {"post" | "put" | "patch" | "delete"} M
 * @template {import("../types").With<M>} P
 * @param {M} method
 * @param {P} path
 * @param {Where & What} [request]
 * @returns {Promise<import("../types").Sent<import("../types").Answered<P, M>>>}
 */
export function send(method, path, request = {}) {
  return call(method.toUpperCase(), path, request, request);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Where} where
 * @param {What} what
 * @returns {Promise<any>}
 */
async function call(method, path, where, what) {
  const target = (await base()) + address(path, where);
  if (!what.public && !session.access && session.isOpen()) await session.renew();
  let answer = await ask(target, method, what);
  if (answer.status === 401 && !what.public && session.isOpen()) {
    await session.renew();
    answer = await ask(target, method, what);
  }
  if (answer.ok) return read(answer);
  const problem = await refusal(answer);
  if (answer.status === 401 && !what.public) session.end("expired");
  if (problem.code === "fresh_login_required" && (await session.freshen())) return call(method, path, where, what);
  throw problem;
}

/**
 * @param {string} target
 * @param {string} method
 * @param {What} what
 */
async function ask(target, method, what) {
  /** @type {Record<string, string>} */
  const headers = { "Accept-Language": language.value };
  if (!what.public && session.access) headers.Authorization = `Bearer ${session.access}`;
  if (what.body !== undefined) {
    headers["Content-Type"] = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  }
  if (method === "POST" && !target.includes("/auth/")) headers["Idempotency-Key"] = what.key ?? newKey();
  if (what.ifMatch) headers["If-Match"] = what.ifMatch;
  const body = what.body === undefined ? undefined : JSON.stringify(what.body);
  try {
    return await fetch(target, { method, headers, body, cache: "no-store", credentials: "omit" });
  } catch {
    throw new Offline();
  }
}

/** @param {Response} answer */
async function read(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  try {
    const data = answer.status === 204 ? null : kind.includes("json") ? await answer.json() : await answer.text();
    return { data, etag: answer.headers.get("ETag"), status: answer.status, headers: answer.headers };
  } catch {
    throw new Offline();
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  try {
    return new Problem({ ...(await answer.json()), status: answer.status });
  } catch {
    return new Problem({ status: answer.status });
  }
}

/**
 * @param {string} path
 * @param {Where} where
 */
function address(path, { params = {}, query = {} }) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => [name, String(value)]);
  return pairs.length ? `${filled}?${new URLSearchParams(pairs)}` : filled;
}

/** A request that is sent again with the same key is the same request. */
export function newKey() {
  return crypto.randomUUID();
}

/**
 * What a list's `next` leads to.
 * @param {string | null | undefined} next
 */
export function cursorOf(next) {
  return next ? new URL(next).searchParams.get("cursor") : null;
}

/**
 * An entity tag for a resource of a list, which states its version only.
 * @param {{version: number}} one
 */
export function tagOf(one) {
  return `"${one.version}"`;
}
