import { Hono } from "hono/tiny";
import { accessKeyIn, isAccessKey, numberIn } from "../../rules/access-key";
import { type DeliveryItem, deliveryItems, moved, sorted } from "../../rules/deliveries";
import type { FieldEnv } from "../../shell/deps";
import { readView } from "../../store/view";
import { type FieldContext, go, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { lastPosition, rememberPosition } from "../here";
import { timezoneOf } from "../timezone";
import { AccessKey } from "./access-key";
import { Deliveries } from "./deliveries";
import { changeRoute, type RouteOrder, readRouteOrder, saveRouteOrder } from "./route-order";

export const deliveries = new Hono<FieldEnv>();

deliveries.get("/deliveries", (c) => showDeliveries(c));

/** By distance from where the phone is now. */
deliveries.post("/deliveries/distances", async (c) => {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  const position = await deps.position();
  if (position) await rememberPosition(store, position, now);
  await saveRouteOrder(store, { ...(await readRouteOrder(store)), sorting: "distance" }, now);
  return go(c, "/field/");
});

/** The route by hand begins as the list stands. */
deliveries.post("/deliveries/route", async (c) => {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  const order = await readRouteOrder(store);
  const route = pendingOf(sorted(await readItems(c), { ...order, text: "" }));
  await saveRouteOrder(store, { sorting: "route", route }, now);
  return go(c, "/field/");
});

/** One invoice went to another place: dropped there, or by one with a button. */
deliveries.post("/deliveries/moves", async (c) => {
  const { store, deps } = c.var;
  const fields = await fieldsOf(c);
  const by = Number.parseInt(fields.text("by"), 10) || 0;
  const items = await readItems(c);
  const shown = (order: RouteOrder) => pendingOf(sorted(items, { ...order, text: "" }));
  await changeRoute(store, (order) => moved(shown(order), fields.text("id"), by), deps.clock.now());
  return go(c, "/field/");
});

deliveries.get("/deliveries/access-key", (c) => showAccessKey(c, "", {}));

/** To the invoice that the bar code names. */
deliveries.post("/deliveries/access-key", async (c) => {
  const typed = (await fieldsOf(c)).text("access_key");
  const key = accessKeyIn(typed);
  if (key === null) {
    return showAccessKey(c, typed, { access_key: "A chave de acesso tem 44 números." }, 422);
  }
  if (!isAccessKey(key)) {
    return showAccessKey(c, typed, { access_key: "A chave não confere: leia ou digite de novo." }, 422);
  }
  const view = await readView(c.var.store);
  const invoice = [...view.invoices.values()].find((one) => one.access_key === key);
  if (invoice === undefined) {
    const access_key = `A nota ${numberIn(key)} não está na sua lista. Sincronize ou fale com a revenda.`;
    return showAccessKey(c, typed, { access_key }, 422);
  }
  return go(c, `/field/deliveries/${invoice.id}`);
});

export async function showDeliveries(c: FieldContext): Promise<Response> {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  const [view, glance, order] = await Promise.all([
    readView(store),
    readGlance(store),
    readRouteOrder(store),
  ]);
  const here = await lastPosition(store, view, now);
  const text = c.req.query("q")?.trim() ?? "";
  const items = deliveryItems(view, here, now);
  return show(
    c,
    "Entregas",
    <Deliveries
      {...sorted(items, { ...order, text })}
      total={items.filter((item) => item.state === "pending").length}
      sorting={order.sorting}
      text={text}
      isFirstTime={view.me === null}
      hasPosition={here !== null}
      timezone={timezoneOf(view)}
      now={now}
      glance={glance}
    />,
  );
}

async function readItems(c: FieldContext): Promise<DeliveryItem[]> {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  const view = await readView(store);
  return deliveryItems(view, await lastPosition(store, view, now), now);
}

function pendingOf({ pending }: { pending: DeliveryItem[] }): string[] {
  return pending.map(({ invoice }) => invoice.id);
}

async function showAccessKey(
  c: FieldContext,
  typed: string,
  errors: Record<string, string>,
  status = 200,
): Promise<Response> {
  const glance = await readGlance(c.var.store);
  return show(c, "Ler DANFE", <AccessKey typed={typed} errors={errors} glance={glance} />, status);
}
