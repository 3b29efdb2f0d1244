// Who is logged in. The access token lives in memory, the refresh token until the tab is closed.
import { Offline, Problem, send } from "./api.js";
import { keep, recall } from "./storage.js";
import { signal } from "./ui.js";

/** @typedef {import("../types").Schemas} Schemas */
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
