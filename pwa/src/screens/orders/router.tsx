import { Hono } from "hono/tiny";
import { addNote } from "../../commands/add-note";
import { selectVisit } from "../../commands/select-visit";
import { updateContact } from "../../commands/update-contact";
import { agenda } from "../../rules/agenda";
import { openVisit, partsOf, pastVisitsOf, readingsOf, triageOf } from "../../rules/seen";
import type { FieldEnv } from "../../shell/deps";
import { Refusal } from "../../store/failures";
import { readView } from "../../store/view";
import { type FieldContext, go, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { lastPosition } from "../here";
import { timezoneOf } from "../timezone";
import { Order, type OrderProps } from "./order";

export const orders = new Hono<FieldEnv>();

orders.get("/orders/:id", (c) => showOrder(c, c.req.param("id")));

orders.post("/orders/:id/visits", async (c) => {
  const orderId = c.req.param("id");
  try {
    const { visitId } = await selectVisit(c.var.commands, { orderId, position: await c.var.deps.position() });
    return go(c, `/field/visits/${visitId}`);
  } catch (error) {
    return refused(c, orderId, error);
  }
});

orders.post("/orders/:id/notes", async (c) => {
  const orderId = c.req.param("id");
  const fields = await fieldsOf(c);
  try {
    await addNote(c.var.commands, { orderId, body: fields.text("body") });
    return go(c, `/field/orders/${orderId}`);
  } catch (error) {
    return refused(c, orderId, error, { note: fields.text("body") });
  }
});

orders.post("/orders/:id/contact", async (c) => {
  const orderId = c.req.param("id");
  const fields = await fieldsOf(c);
  const typed = {
    requester_name: fields.text("requester_name"),
    requester_phone: fields.text("requester_phone"),
  };
  const digits = typed.requester_phone.replace(/\D/g, "").length;
  if (typed.requester_phone !== "" && digits < 8) {
    const errors = { requester_phone: "Informe o telefone com DDD." };
    return showOrder(c, orderId, { typed, errors }, 422);
  }
  await updateContact(c.var.commands, {
    orderId,
    requesterName: typed.requester_name,
    requesterPhone: typed.requester_phone,
  });
  return go(c, `/field/orders/${orderId}`);
});

function refused(c: FieldContext, orderId: string, error: unknown, typed?: OrderProps["typed"]) {
  if (!(error instanceof Refusal) || error.code === "not_found") throw error;
  const isInFields = Object.keys(error.fields).length > 0;
  return showOrder(
    c,
    orderId,
    { typed, errors: error.fields, refusal: isInFields ? undefined : error.message },
    422,
  );
}

async function showOrder(
  c: FieldContext,
  id: string,
  again: Pick<OrderProps, "typed" | "errors" | "refusal"> = {},
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  const [view, glance] = await Promise.all([readView(store), readGlance(store)]);
  const item = agenda(view, await lastPosition(store, view, now), now).find(({ order }) => order.id === id);
  if (!item) throw new Refusal("not_found", "Este chamado não está neste aparelho.");
  const { order } = item;
  const open = openVisit(view);
  const otherOrder = open && open.order_id !== id ? view.orders.get(open.order_id) : undefined;
  const otherCustomer = view.customers.get(otherOrder?.customer_id ?? "");
  return show(
    c,
    order.web_number === null ? "Chamado novo" : `Chamado ${order.web_number}`,
    <Order
      {...item}
      {...again}
      otherVisit={
        open && open.order_id !== id
          ? { visit: open, customerName: otherCustomer?.trade_name ?? otherCustomer?.name ?? "outro cliente" }
          : null
      }
      technicianId={view.me?.technician_id ?? null}
      readings={order.equipment_id ? readingsOf(view, order.equipment_id) : []}
      pastVisits={order.equipment_id ? pastVisitsOf(view, order.equipment_id) : []}
      triage={triageOf(view, id)}
      parts={partsOf(view, id)}
      timezone={timezoneOf(view)}
      now={now}
      glance={glance}
    />,
    status,
  );
}
