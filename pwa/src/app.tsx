/**
 * The field app: one pure function from Request to Response over the store. The service worker answers
 * navigations and images with it, the page answers htmx's requests with it.
 */
import { Hono } from "hono/tiny";
import type { FieldDeps, FieldEnv } from "./shell/deps";
import { readFile } from "./store/files";

/** What `screens/index.tsx` gives: routes below `/field`, and a page for what went wrong. */
export interface Screens {
  /** mounted at `/field`; may be reached logged out only under `/field/login` */
  routes: Hono<FieldEnv>;
  /** a whole page, or the fragment for htmx; status, HX-Retarget and HX-Reswap are the screens' choice */
  failure(error: unknown, request: Request, deps: FieldDeps): Response | Promise<Response>;
}

export interface FieldApp {
  fetch(request: Request): Response | Promise<Response>;
}

const OPEN_TO_ALL = "/field/login";

export function createApp(deps: FieldDeps, screens: Screens): FieldApp {
  const app = new Hono<FieldEnv>();

  app.use(async (c, next) => {
    c.set("deps", deps);
    const current = await deps.current();
    if (current === null) {
      return c.req.path === OPEN_TO_ALL ? next() : redirect(c.req.raw, OPEN_TO_ALL);
    }
    const { person, store } = current;
    c.set("person", person);
    c.set("store", store);
    c.set("commands", {
      store,
      clock: deps.clock,
      onWritten: () => {
        deps.requestSync("written");
        void deps.followTravel();
      },
      onHeld: (until) => deps.releaseAt(until),
    });
    return next();
  });

  app.get("/field/files/:sha256", async (c) => {
    const found = await readFile(c.var.store, c.req.param("sha256"));
    return found === null
      ? c.notFound()
      : new Response(found.bytes, {
          headers: { "content-type": found.file.type, "cache-control": "private, max-age=86400" },
        });
  });

  app.route("/field", screens.routes);
  app.onError((error, c) => screens.failure(error, c.req.raw, deps));
  return app;
}

/** A navigation follows a redirect; htmx, answered inside the page, is told by its header. */
function redirect(request: Request, to: string): Response {
  return request.headers.has("hx-request")
    ? new Response(null, { status: 200, headers: { "hx-redirect": to } })
    : new Response(null, { status: 302, headers: { location: to } });
}
