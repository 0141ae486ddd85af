import { Hono } from "hono/tiny";
import { completeVisit } from "../../commands/complete-visit";
import { recordVisitEvent } from "../../commands/record-visit-event";
import { isSharing, type SeenVisit, type View } from "../../rules/seen";
import { possibleSteps } from "../../rules/visit-state";
import type { FieldEnv } from "../../shell/deps";
import { Refusal } from "../../store/failures";
import { readView } from "../../store/view";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { decodeForm } from "../visit-form/decode";
import { formKey, readFormDraft, readSignatureDraft, signatureKey } from "./drafts";
import { readTravel } from "./track";
import { Travel } from "./travel";
import { Visit, type VisitProps } from "./visit";

export const visits = new Hono<FieldEnv>();

/** Steps that are one tap; the others have a screen of their own. */
const TAPPED = ["travel_started", "arrived", "work_started", "work_finished"] as const;

visits.get("/visits/:id", (c) => showVisit(c, c.req.param("id")));

/** The travel alone, asked for again while travelling. */
visits.get("/visits/:id/travel", async (c) => {
  const { store, deps } = c.var;
  const visitId = c.req.param("id");
  const [view, travel] = await Promise.all([readView(store), readTravel(store, visitId)]);
  const visit = visitIn(view, visitId);
  return fragment(
    <Travel
      visit={visit}
      travel={travel}
      isSharing={isSharing(view)}
      timezone={timezoneOf(view)}
      now={deps.clock.now()}
    />,
  );
});

visits.post("/visits/:id/events", async (c) => {
  const visitId = c.req.param("id");
  const asked = (await fieldsOf(c)).text("kind");
  const kind = TAPPED.find((step) => step === asked);
  if (kind === undefined) throw new Refusal("step_not_possible", "Este passo não existe.");
  // The button may have been tapped twice, or the screen be an old one: show where the visit stands.
  const visit = visitIn(await readView(c.var.store), visitId);
  if (!possibleSteps(visit.state).includes(kind)) return go(c, `/field/visits/${visitId}`);
  await recordVisitEvent(c.var.commands, { visitId, kind, position: await c.var.deps.position() });
  return go(c, `/field/visits/${visitId}`);
});

visits.post("/visits/:id/cancellation", async (c) => {
  const visitId = c.req.param("id");
  const reason = (await fieldsOf(c)).text("reason");
  const position = reason === "" ? null : await c.var.deps.position();
  try {
    await recordVisitEvent(c.var.commands, { visitId, kind: "cancelled", position, reason });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "missing_fields") throw error;
    return showVisit(c, visitId, { errors: error.fields, typedReason: reason }, 422);
  }
  return go(c, `/field/visits/${visitId}`);
});

visits.post("/visits/:id/completion", async (c) => {
  const visitId = c.req.param("id");
  const { store, deps, commands } = c.var;
  const view = await readView(store);
  const visit = visitIn(view, visitId);
  const [form, signature] = await Promise.all([
    readFormDraft(store, visitId),
    readSignatureDraft(store, visitId),
  ]);
  if (form === null) return go(c, `/field/visits/${visitId}/form`);
  if (!signature?.is_complete) return go(c, `/field/visits/${visitId}/signature`);
  const decoded = decodeForm(view, visit, form, deps.clock.now());
  if (Object.keys(decoded.errors).length > 0) return go(c, `/field/visits/${visitId}/form`);
  await completeVisit(commands, {
    visitId,
    position: await deps.position(),
    form: decoded.form,
    answers: decoded.answers,
    readings: decoded.readings,
    partsUsed: decoded.partsUsed,
    partRequests: decoded.partRequests,
    signature: signature.is_refused
      ? { refused_reason: signature.refused_reason }
      : {
          signer_name: signature.signer_name,
          signer_document: signature.signer_document,
          strokes: signature.strokes,
          png: signature.png ?? new ArrayBuffer(0),
          signed_at: signature.signed_at ?? deps.clock.now().toISOString(),
        },
    draftKeys: [formKey(visitId), signatureKey(visitId)],
  });
  return go(c, `/field/visits/${visitId}`);
});

export function visitIn(view: View, id: string): SeenVisit {
  const visit = view.visits.get(id);
  if (!visit) throw new Refusal("not_found", "Este atendimento não está neste aparelho.");
  return visit;
}

async function showVisit(
  c: FieldContext,
  id: string,
  again: Pick<VisitProps, "errors" | "typedReason"> = {},
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, glance, travel, form, signature] = await Promise.all([
    readView(store),
    readGlance(store),
    readTravel(store, id),
    readFormDraft(store, id),
    readSignatureDraft(store, id),
  ]);
  const visit = visitIn(view, id);
  const order = view.orders.get(visit.order_id) ?? null;
  return show(
    c,
    "Atendimento",
    <Visit
      visit={visit}
      order={order}
      customer={view.customers.get(order?.customer_id ?? "") ?? null}
      equipment={view.equipment.get(order?.equipment_id ?? "") ?? null}
      technicianId={view.me?.technician_id ?? null}
      arrivalNearM={view.me?.arrival_near_m ?? 200}
      travel={travel}
      isSharing={isSharing(view)}
      hasFormDraft={form !== null}
      hasSignatureDraft={signature?.is_complete ?? false}
      timezone={timezoneOf(view)}
      now={deps.clock.now()}
      glance={glance}
      {...again}
    />,
    status,
  );
}
