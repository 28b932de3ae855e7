/**
 * The service worker of the crew's page, and of the first screen of a report: keeps the page's own files, so that it opens without a network.
 *
 * Any other page of the site is left to the network; where that fails, it says so in words of ours. It keeps no answer about a home: what the page shows is in its database, sealed. The server puts RONDE before this
 * file: the addresses of what is kept, whose change makes a new worker.
 */

declare const RONDE: { name: string; page: string; shell: string; offline: string; kept: string[] };

interface WorkerScope extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskingEvent extends LastingEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as WorkerScope;
const PREFIX = `ronde-${RONDE.name}-`;
const CACHE = PREFIX + digest(RONDE.kept.join("\n"));

scope.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(RONDE.kept.map((address) => keepFile(cache, address)));
    await scope.skipWaiting();
  };
  (event as LastingEvent).waitUntil(keep());
});

scope.addEventListener("activate", (event) => {
  const forget = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(names.map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  (event as LastingEvent).waitUntil(forget());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event as AskingEvent;
  const { pathname, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  const answer = (response: Promise<Response>) => (event as AskingEvent).respondWith(response);
  const isRead = request.method === "GET";
  if (isRead && request.mode === "navigate" && pathname === RONDE.page) answer(kept(RONDE.shell, request));
  else if (isRead && RONDE.kept.includes(pathname)) answer(kept(pathname, request));
  else if (request.mode === "navigate") answer(fetch(request).catch(() => kept(RONDE.offline, request)));
});

/** Keep a file; one that somebody else answered for, by leading elsewhere, is no file of ours: no new worker then. */
async function keepFile(cache: Cache, address: string): Promise<void> {
  const answer = await fetch(address, { cache: "no-cache", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  await cache.put(address, answer);
}

async function kept(address: string, request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(address)) ?? fetch(request);
}

/** FNV-1a: tells versions apart, nothing more. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16);
}
