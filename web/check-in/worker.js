// Keeps the files of the app, so that it opens in a cellar. The list and the scans are in IndexedDB, never here.
importScripts("files.js"); // VERSION and FILES: written by `python -m devtools.web.precache`

/** @type {{VERSION: string, FILES: string[]}} */
const { VERSION, FILES } = /** @type {any} */ (self);
const NAME = `check-in-${VERSION}`;
const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => {
  const requests = FILES.map((path) => new Request(new URL(path, self.location.href), { cache: "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(requests)));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("check-in-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  })());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const root = new URL("../", self.location.href).href;
  if (request.method === "GET" && request.url.startsWith(root)) event.respondWith(kept(request));
});

/** One version of all files, as long as this worker is in charge. @param {Request} request */
async function kept(request) {
  const cache = await caches.open(NAME);
  // Where the API is may change without a new version of the files.
  const answer = request.url.endsWith("/config.json") ? await fetch(request).catch(() => null) : null;
  if (answer?.ok) {
    await cache.put(request, answer.clone());
    return answer;
  }
  const found = await cache.match(request.mode === "navigate" ? new URL("./", self.location.href).href : request, { ignoreSearch: true });
  return found ?? fetch(request);
}
