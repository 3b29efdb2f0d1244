"use strict";

const REFRESH_MS = 1500;
const PANELS = ["html", "text", "headers"];
const at = (id) => document.getElementById(id);

let mails = [];
let etag = "";
let shown = "";
let panel = "html";

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function when(text, long) {
  const style = long ? { dateStyle: "full", timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
  return new Date(text).toLocaleString(undefined, style);
}

// Rows are kept by id: what is selected, focused or scrolled to stays so when new mail comes in.
function drawList() {
  const words = at("search").value.toLowerCase();
  const wanted = mails.filter((one) => `${one.found_by.join(" ")} ${one.from} ${one.subject}`.toLowerCase().includes(words));
  const rows = new Map([...at("mails").children].map((row) => [row.dataset.id, row]));
  const chosen = location.hash.slice(1);
  let before = null;
  for (const one of wanted) {
    const row = rows.get(one.id) || newRow(one);
    rows.delete(one.id);
    row.firstChild.setAttribute("aria-current", String(one.id === chosen));
    const next = before ? before.nextSibling : at("mails").firstChild;
    if (row !== next) at("mails").insertBefore(row, next);
    before = row;
  }
  rows.forEach((row) => row.remove());
  at("count").textContent = mails.length === 1 ? "1 mail" : `${mails.length} mails`;
  at("empty").hidden = wanted.length > 0;
  at("empty").textContent = mails.length ? "No mail matches the filter." : "No mail yet. It appears here as soon as it is sent.";
  at("clear").disabled = mails.length === 0;
}

function newRow(one) {
  const row = document.createElement("li");
  row.dataset.id = one.id;
  const button = element("button", "", { type: "button" });
  const top = element("div", "", { class: "row" });
  top.append(element("span", one.to.join(", "), { class: "who" }), element("time", when(one.sent_at, false), { datetime: one.sent_at }));
  button.append(top, element("div", one.subject || "(no subject)", { class: "what", dir: "auto" }));
  button.addEventListener("click", () => { location.hash = one.id; });
  row.append(button);
  return row;
}

async function refresh() {
  try {
    const answer = await fetch("/api/summaries", { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      mails = await answer.json();
      drawList();
    }
    document.title = mails.length ? `Mailbox (${mails.length})` : "Mailbox";
  } catch {
    at("count").textContent = "not running";
    etag = "";
  }
}

async function show() {
  const id = location.hash.slice(1);
  document.body.classList.toggle("reading", id !== "");
  drawList();
  if (id === shown) return;
  shown = id;
  const answer = /^\d+$/.test(id) ? await fetch(`/api/messages/${id}`) : null;
  const found = answer && answer.ok;
  at("mail").hidden = !found;
  at("nothing").hidden = found;
  at("nothing").textContent = id ? "This mail was deleted." : "Choose a mail on the left.";
  if (found) fill(await answer.json());
}

function fill(mail) {
  at("subject").textContent = mail.subject || "(no subject)";
  at("from").textContent = mail.from;
  at("to").textContent = mail.to.join(", ");
  at("sent").textContent = when(mail.sent_at, true);
  at("text").textContent = mail.text;
  at("raw").href = `/messages/${mail.id}/raw`;
  // A new frame for each mail: changing the address of one frame would fill the history that the back button walks.
  const frame = at("frame").cloneNode();
  frame.src = mail.html ? `/messages/${mail.id}/html` : "about:blank";
  at("frame").replaceWith(frame);
  at("attachments").replaceChildren(...mail.attachments.map((one) => {
    const item = document.createElement("li");
    item.append(element("a", `${one.filename} (${size(one.size)})`, { href: one.url, download: one.filename }));
    return item;
  }));
  at("headers").querySelector("tbody").replaceChildren(...Object.entries(mail.headers).map(([name, value]) => {
    const row = document.createElement("tr");
    row.append(element("th", name, { scope: "row" }), element("td", value));
    return row;
  }));
  at("tab-html").disabled = !mail.html;
  at("tab-text").disabled = !mail.text;
  choose(panel);
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;
}

function choose(wanted) {
  const usable = [wanted, ...PANELS].find((name) => !at(`tab-${name}`).disabled);
  for (const name of PANELS) {
    at(name).hidden = name !== usable;
    at(`tab-${name}`).setAttribute("aria-selected", String(name === usable));
  }
}

for (const name of PANELS) {
  at(`tab-${name}`).addEventListener("click", () => { panel = name; choose(name); });
}
at("back").addEventListener("click", () => { location.hash = ""; });
at("search").addEventListener("input", drawList);
at("clear").addEventListener("click", async () => {
  if (!confirm("Delete all mails?")) return;
  await fetch("/api/messages", { method: "DELETE" });
  location.hash = "";
  await refresh();
});
window.addEventListener("hashchange", show);

async function start() {
  await refresh();
  await show();
  for (;;) {
    await new Promise((done) => setTimeout(done, REFRESH_MS));
    if (!document.hidden) await refresh();
  }
}
start();
