/** Screens that few begin with: chunks of their own, fetched with the first of their addresses, precached as all. */
import { Hono } from "hono/tiny";
import type { FieldEnv } from "../shell/deps";
import type { FieldContext } from "../ui/respond";

/** The same request, with what the app knows of who asks. Whatever is thrown is the app's to show. */
export async function answerLater(
  c: FieldContext,
  feature: Promise<Hono<FieldEnv>>,
  unknown: () => never,
): Promise<Response> {
  const app = new Hono<FieldEnv>();
  app.use(async (inner, next) => {
    for (const name of ["deps", "person", "store", "commands"] as const) {
      inner.set(name, c.get(name) as never);
    }
    await next();
  });
  app.route("/field", await feature);
  app.notFound(unknown);
  app.onError((error) => {
    throw error;
  });
  return app.fetch(c.req.raw);
}
