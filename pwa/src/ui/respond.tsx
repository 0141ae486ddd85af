/**
 * How a handler answers: the same screen to a navigation (inside its page) and to htmx (the frame alone), and
 * the way to another address after a write.
 */
import type { Context } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { FieldDeps, FieldEnv } from "../shell/deps";
import { Page } from "./page";
import { drawFor } from "./screen";

export type FieldContext = Context<FieldEnv>;

type Markup = JSX.Element;

export function show(c: FieldContext, title: string, screen: Markup, status = 200): Promise<Response> {
  return answer(c.req.raw, c.var.deps, c.var.person?.role, title, screen, status);
}

/** Also for the error page, where there is no context any more. */
export async function answer(
  request: Request,
  deps: FieldDeps,
  role: string | undefined,
  title: string,
  screen: Markup,
  status: number,
): Promise<Response> {
  const headers = new Headers({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  if (wantsFrame(request)) {
    // A refused form keeps the address of its page, so that a reload asks for something that exists.
    if (request.method === "POST") headers.set("hx-push-url", "false");
    drawFor(role);
    const body = `<title>${escaped(title)} · PWS Campo</title>${await screen.toString()}`;
    return new Response(body, { status, headers });
  }
  const page = (
    <Page title={title} assets={deps.assets}>
      {screen}
    </Page>
  );
  drawFor(role);
  return new Response(`<!doctype html>${await page.toString()}`, { status, headers });
}

/** A fragment that asks for itself. */
export async function fragment(markup: Markup): Promise<Response> {
  return new Response(await markup.toString(), {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

/** After a write: on to `path`. The page's own app answers htmx, so a redirect travels in its header. */
export function go(c: FieldContext, path: string): Response {
  const request = c.req.raw;
  if (!request.headers.has("hx-request")) {
    return new Response(null, { status: 303, headers: { location: path } });
  }
  const here = request.headers.get("hx-current-url");
  const isHere = here !== null && new URL(here).pathname === path.split(/[?#]/)[0];
  // A screen that comes again after a write stays where it was scrolled to, and is one entry of the history.
  const location = isHere
    ? { path, target: "#screen", swap: "outerHTML", replace: "true" }
    : { path, target: "#screen", swap: "outerHTML show:top", push: "true" };
  return new Response(null, { status: 200, headers: { "hx-location": JSON.stringify(location) } });
}

/** Leaves the page for another one, so that it starts anew: after login and logout. */
export function leaveTo(c: FieldContext, path: string): Response {
  return c.req.raw.headers.has("hx-request")
    ? new Response(null, { status: 200, headers: { "hx-redirect": path } })
    : new Response(null, { status: 303, headers: { location: path } });
}

/** htmx asks for the whole page when it restores history. */
function wantsFrame(request: Request): boolean {
  return request.headers.get("hx-request-type") === "partial";
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[char] ?? char);
}
