import { Hono } from "hono/tiny";
import { openOrder } from "../../commands/open-order";
import type { FieldErrors } from "../../rules/completion";
import { equipmentOf, type View } from "../../rules/seen";
import type { FieldEnv } from "../../shell/deps";
import { dropDraft, readDraft, saveDraft } from "../../store/drafts";
import { Refusal } from "../../store/failures";
import { readView } from "../../store/view";
import { DraftWords } from "../../ui/draft-state";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { NewOrder, type NewOrderProps, Where } from "./new-order";

export const newOrder = new Hono<FieldEnv>();

const KEY = "order/new";

newOrder.get("/orders/new", async (c) => {
  const draft = await readDraft<Record<string, string>>(c.var.store, KEY);
  return showNewOrder(c, draft ?? {}, {});
});

/** Saved while typing; choosing the customer shows the customer's machines. */
newOrder.post("/orders/new/draft", async (c) => {
  const { store, deps } = c.var;
  const fields = await fieldsOf(c);
  const { chosen, ...values } = fields.toRecord();
  const now = deps.clock.now();
  await saveDraft(store, KEY, values, now);
  const view = await readView(store);
  if (chosen !== undefined)
    return fragment(<Where {...placesOf(view, values)} values={values} errors={{}} />);
  const timezone = timezoneOf(view);
  return fragment(<DraftWords savedAt={now.toISOString()} timezone={timezone} />);
});

newOrder.post("/orders/new", async (c) => {
  const { store, deps, commands } = c.var;
  const fields = await fieldsOf(c);
  const values = fields.toRecord();
  const errors: FieldErrors = {};
  if (fields.text("customer_id") === "") errors.customer_id = "Escolha o cliente.";
  if (fields.text("description") === "") errors.description = "Descreva o problema.";
  if (Object.keys(errors).length > 0) {
    await saveDraft(store, KEY, values, deps.clock.now());
    return showNewOrder(c, values, errors, 422);
  }
  const { orderId } = await openOrder(commands, {
    customerId: fields.text("customer_id"),
    equipmentId: fields.text("equipment_id") || null,
    description: fields.text("description"),
    requesterName: fields.text("requester_name"),
    requesterPhone: fields.text("requester_phone"),
  });
  await dropDraft(store, KEY);
  return go(c, `/field/orders/${orderId}`);
});

function placesOf(view: View, values: Record<string, string>): Pick<NewOrderProps, "customers" | "machines"> {
  return {
    customers: [...view.customers.values()].sort((a, b) => a.name.localeCompare(b.name, "pt-BR")),
    machines: values.customer_id ? equipmentOf(view, values.customer_id) : [],
  };
}

async function showNewOrder(
  c: FieldContext,
  values: Record<string, string>,
  errors: FieldErrors,
  status = 200,
): Promise<Response> {
  const { store } = c.var;
  const [view, glance] = await Promise.all([readView(store), readGlance(store)]);
  if (!view.me?.can_open_orders) {
    throw new Refusal("not_allowed", "A abertura de chamados não está liberada para você.");
  }
  return show(
    c,
    "Abrir chamado",
    <NewOrder {...placesOf(view, values)} values={values} errors={errors} glance={glance} />,
    status,
  );
}
