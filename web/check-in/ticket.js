// What the code of a ticket says, and whether the service made it: docs/tickets.md, with nothing but WebCrypto.

/**
 * @typedef {{event: string, begins: string, generation: number, party: number}} Ticket
 *   `begins`: with which 16 letters the id of its enrollment begins, after `e_`
 * @typedef {{kind: "ticket", ticket: Ticket, checked: boolean} | {kind: "id", id: string, generation: number | null} | {kind: "none"}} Code
 *   `checked`: a published key has signed it; otherwise nobody here can tell
 */

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const FORM = /^T1:[0-9A-Z $%*+./:-]{174}$/;
const OLD = /^(e_[\w-]{40,80})(?:\.(\d{1,9})\.[\w-]+)?$/;

/**
 * @param {string} text what was scanned or typed
 * @param {JsonWebKey[]} keys those of GET /tickets/key, as far as they are known here
 * @returns {Promise<Code>}
 */
export async function readCode(text, keys) {
  const old = OLD.exec(text);
  if (old) return { kind: "id", id: old[1], generation: old[2] ? Number(old[2]) : null };
  if (!FORM.test(text)) return { kind: "none" };
  const raw = bytesOf(text);
  if (!raw) return { kind: "none" };
  const kid = base64url(raw.slice(0, 3));
  const fitting = keys.filter((one) => /** @type {any} */ (one).kid === kid);
  const answer = fitting.length ? await isSigned(raw, fitting) : null;
  if (answer === false) return { kind: "none" };
  return { kind: "ticket", ticket: ticketOf(raw), checked: answer === true };
}

/** @param {string} code */
function bytesOf(code) {
  const raw = new Uint8Array(116);
  for (let at = 0; at < 116; at += 2) {
    const [low, middle, high] = [0, 1, 2].map((place) => SIGNS.indexOf(code[3 + (3 * at) / 2 + place]));
    const pair = low + 45 * middle + 2025 * high;
    if (pair > 0xffff) return null;
    raw[at] = pair >> 8;
    raw[at + 1] = pair & 255;
  }
  return raw;
}

/** @param {Uint8Array} raw @returns {Ticket} */
function ticketOf(raw) {
  const number = raw.slice(3, 19).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return {
    event: Array.from({ length: 26 }, (_, at) => LETTERS[Number((number >> BigInt(125 - 5 * at)) & 31n)]).join(""),
    begins: base64url(raw.slice(19, 31)),
    generation: raw[48] * 65536 + raw[49] * 256 + raw[50],
    party: raw[51],
  };
}

/**
 * True, false, or null where this browser cannot tell: not all know Ed25519.
 * @param {Uint8Array<ArrayBuffer>} raw
 * @param {JsonWebKey[]} keys
 */
async function isSigned(raw, keys) {
  const signed = Uint8Array.of(...new TextEncoder().encode("T1:"), ...raw.slice(0, 52));
  try {
    for (const jwk of keys) {
      const { kty, crv, x } = jwk;
      const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
      if (await crypto.subtle.verify("Ed25519", key, raw.slice(52), signed)) return true;
    }
  } catch {
    return null;
  }
  return false;
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** By what a row of the list is found from a ticket. @param {string} id */
export const beginOf = (id) => id.slice(2, 18);
