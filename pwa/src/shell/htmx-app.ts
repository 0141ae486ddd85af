/**
 * htmx's requests never leave the page: the app answers them. So a form, a photo or a signature does not cross
 * from page to worker, which is WebKit's fragile spot.
 */
import type { FieldApp } from "../app";

const MAX_REDIRECTS = 5;

interface HtmxContext {
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export function answerHtmx(app: FieldApp): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: HtmxContext }>).detail;
    ctx.fetch = (url, init) => ask(app, new URL(url, location.href), init);
  });
}

/**
 * The portal's shell is an empty page: on the first visit, and where the worker was bypassed (Shift+reload), the
 * page draws itself.
 */
export async function drawShell(app: FieldApp, process: (element: Element) => void): Promise<void> {
  if (document.querySelector("[data-shell]") === null) {
    return;
  }
  const response = await ask(app, new URL(location.href), {});
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = drawn.title;
  const address = response.headers.get("hx-push-url");
  if (address !== null) {
    history.replaceState(history.state, "", address);
  }
  document.body.replaceWith(document.adoptNode(drawn.body));
  process(document.body);
}

/** Redirects are followed here, as the browser would; the last address goes to the history. */
async function ask(app: FieldApp, url: URL, init: RequestInit): Promise<Response> {
  const { method, headers, body, signal } = init;
  let response = await app.fetch(new Request(url, { method, headers, body, signal }));
  for (let i = 0; i < MAX_REDIRECTS && isRedirect(response); i++) {
    const next = new URL(response.headers.get("location") ?? "/field/", url);
    response = await app.fetch(new Request(next, { headers, signal }));
    if (!response.headers.has("hx-push-url")) {
      response = new Response(response.body, response);
      response.headers.set("hx-push-url", next.pathname + next.search);
    }
  }
  return response;
}

function isRedirect({ status, headers }: Response): boolean {
  return status >= 301 && status <= 308 && headers.has("location");
}
