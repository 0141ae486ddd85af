import { Hono } from "hono/tiny";
import { agenda } from "../../rules/agenda";
import type { FieldEnv } from "../../shell/deps";
import { readView } from "../../store/view";
import { go, show } from "../../ui/respond";
import { readGlance } from "../glance";
import { lastPosition, rememberPosition } from "../here";
import { timezoneOf } from "../timezone";
import { Today } from "./today";

export const today = new Hono<FieldEnv>();

today.get("/", async (c) => {
  const { store, deps, person } = c.var;
  if (person.role === "driver") return (await import("../more")).showDeliveries(c);
  const now = deps.clock.now();
  const [view, glance] = await Promise.all([readView(store), readGlance(store)]);
  const here = await lastPosition(store, view, now);
  return show(
    c,
    "Hoje",
    <Today
      items={agenda(view, here, now)}
      name={view.me ? person.name : null}
      canOpenOrders={view.me?.can_open_orders ?? false}
      hasPosition={here !== null}
      timezone={timezoneOf(view)}
      now={now}
      glance={glance}
    />,
  );
});

/** "Mostrar distâncias a partir daqui": asked for by the person, kept on the phone. */
today.post("/position", async (c) => {
  const { store, deps } = c.var;
  const position = await deps.position();
  if (position) await rememberPosition(store, position, deps.clock.now());
  return go(c, "/field/");
});
