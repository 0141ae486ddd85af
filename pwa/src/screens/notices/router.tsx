import { Hono } from "hono/tiny";
import type { FieldEnv } from "../../shell/deps";
import { readView } from "../../store/view";
import { go, show } from "../../ui/respond";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { Notices } from "./notices";

export const notices = new Hono<FieldEnv>();

notices.get("/account/notices", async (c) => {
  const { store, deps } = c.var;
  const [told, view, glance] = await Promise.all([deps.notices(), readView(store), readGlance(store)]);
  return show(
    c,
    "Avisos",
    <Notices told={told} timezone={timezoneOf(view)} now={deps.clock.now()} glance={glance} />,
  );
});

notices.post("/account/notices/readings", async (c) => {
  await c.var.deps.markRead(null);
  return go(c, "/field/account/notices");
});

/** Read by being opened. What is not of the field app has no screen here. */
notices.get("/account/notices/:id", async (c) => {
  void c.var.deps.markRead(c.req.param("id"));
  const to = c.req.query("to") ?? "";
  return c.redirect(to.startsWith("/field/") ? to : "/field/account/notices", 303);
});
