// Calls of the API, the login with which they are made, and what is said when they fail.
import { forget, keep, recall } from "./storage.js";
import { known, language, t } from "./texts.js";
import { signal } from "./ui.js";

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
  const isText = typeof what.body === "string";
  if (what.body !== undefined) {
    headers["Content-Type"] = isText ? "text/csv" : method === "PATCH" ? "application/merge-patch+json" : "application/json";
  }
  if (method === "POST" && !target.includes("/auth/")) headers["Idempotency-Key"] = what.key ?? newKey();
  if (what.ifMatch) headers["If-Match"] = what.ifMatch;
  const body = /** @type {string | undefined} */ (isText ? what.body : JSON.stringify(what.body));
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

/** @param {unknown} error */
export function explained(error) {
  if (error instanceof Offline) return t("problem.offline");
  if (!(error instanceof Problem)) {
    console.error(error);
    return t("problem.internal_error");
  }
  // A form has the faults beside its fields; elsewhere they are all that there is to say.
  const faults = error.faults.map((fault) => `${fault.pointer?.slice(1) ?? fault.parameter}: ${explainedFault(fault)}`).join(" ");
  const said = faults || (known(`problem.${error.code}`) ?? error.message);
  const wait = error.status === 429 ? ` ${t("problem.wait")}` : "";
  const id = error.status >= 500 && error.body.request_id ? ` (${error.body.request_id})` : "";
  return said + wait + id;
}

/**
 * Why one row of many was refused.
 * @param {{code: string | null, detail: string | null, errors?: {code: string, message: string}[]}} row
 */
export function explainedRow({ code, detail, errors }) {
  return errors?.length ? errors.map(explainedFault).join(" ") : known(`problem.${code}`) ?? detail;
}

/** @param {{code: string, message: string}} fault */
export function explainedFault(fault) {
  return known(`fault.${fault.code}`)?.replace("{message}", fault.message) ?? fault.message;
}

/** @typedef {{access: string, refresh: string}} Pair */

const REFRESH = "refresh";

/** @type {import("../types").Signal<Schemas["Account"] | null>} */
export const account = signal(null);
/** Why there is no login: empty, "expired" or "out". */
export const ended = signal("");
/**
 * Set while the password is asked for once more; called with it and the code of a second factor, or with null.
 * @type {import("../types").Signal<((password: string | null, code?: string) => Promise<void>) | null>}
 */
export const passwordAsked = signal(null);

/** @type {Promise<void> | null} */
let renewing = null;
// A duplicated tab has a copy of the refresh token, and a token that is used twice ends the login: who renews it tells.
const others = new BroadcastChannel("turnout-session");

export const session = {
  access: "",

  isOpen: () => Boolean(recall(REFRESH)),

  /** @param {Pair} pair */
  adopt(pair) {
    session.access = pair.access;
    keep(REFRESH, pair.refresh);
    ended.value = "";
  },

  /** @param {string} why */
  end(why) {
    session.access = "";
    keep(REFRESH, null);
    // Who logs out leaves nothing to whoever uses the tab next; whose login has ended goes on where they were.
    if (why !== "expired") forget();
    account.value = null;
    ended.value = why;
  },

  /** A new access token; calls at the same time wait for the same one. */
  renew() {
    renewing ??= exclusively(refreshed).finally(() => {
      renewing = null;
    });
    return renewing;
  },

  /**
   * @param {string} email or a username
   * @param {string} password
   * @param {string} [code] of the second factor
   */
  async logIn(email, password, code) {
    const name = email.includes("@") ? { email } : { username: email };
    const body = { ...name, password, ...(code ? { code: code.trim() } : {}) };
    const { data } = await send("post", "/auth/login", { body, public: true });
    session.adopt(data);
    account.value = data.user;
  },

  async logOut() {
    try {
      await send("post", "/auth/logout");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    others.postMessage({ was: recall(REFRESH), pair: null });
    session.end("out");
  },

  /** Ask for the password, because the login is too old for what is wanted. False: the person would rather not. */
  freshen() {
    return new Promise((resolve) => {
      passwordAsked.value = async (password, code) => {
        if (password !== null) await session.logIn(account.value?.email ?? "", password, code);
        passwordAsked.value = null;
        resolve(password !== null);
      };
    });
  },
};

async function refreshed() {
  const before = recall(REFRESH);
  if (!before) throw new Problem({ status: 401, code: "unauthenticated" });
  try {
    const { data } = await send("post", "/auth/refresh", { body: { refresh: before }, public: true });
    others.postMessage({ was: before, pair: data });
    session.adopt(data);
  } catch (error) {
    if (error instanceof Problem && error.status === 401 && recall(REFRESH) === before) session.end("expired");
    if (error instanceof Offline || recall(REFRESH) === before || !session.isOpen()) throw error;
  }
}

/**
 * One tab after the other, where the browser can.
 * @param {() => Promise<void>} work
 */
async function exclusively(work) {
  await (navigator.locks ? navigator.locks.request("turnout-refresh", work) : work());
}

others.onmessage = (/** @type {MessageEvent} */ { data }) => {
  if (data.was !== recall(REFRESH)) return;
  if (data.pair) session.adopt(data.pair);
  else session.end("out");
};
