/** What the worker keeps of the app itself: which files (by the build), and how. */

/** Set by build.mjs: the hashed files of this version, and their names for the page's head. */
declare const PRECACHE: string[];
declare const ASSETS: { js: string; css: string };
declare const VERSION: string;

const PREFIX = "pws-assets-";
const CACHE = PREFIX + VERSION;

export const assets = ASSETS;

export async function precache(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map((url) => fetchInto(cache, url)));
}

/** Answers whether this was the first version on this phone. */
export async function dropOldCaches(): Promise<boolean> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  return old.length === 0;
}

export function isAsset({ pathname }: URL): boolean {
  return pathname.startsWith("/assets/") || PRECACHE.includes(pathname);
}

/** The browser may have cleared a single file: it is fetched again, not an error. */
export async function asset(request: Request): Promise<Response> {
  const cached = await caches.match(request.url, { ignoreVary: true });
  if (cached) {
    return cached;
  }
  try {
    return await fetchInto(await caches.open(CACHE), request.url);
  } catch {
    return new Response("", { status: 504, statusText: "asset not here and no network" });
  }
}

async function fetchInto(cache: Cache, url: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-cache", credentials: "same-origin" });
  if (response.ok) {
    await cache.put(url, response.clone());
  } else {
    throw new Error(`${url}: ${response.status}`);
  }
  return response;
}
