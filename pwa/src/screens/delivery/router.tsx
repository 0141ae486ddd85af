import { Hono } from "hono/tiny";
import {
  confirmDelivery,
  reportFailedDelivery,
  undoDelivery,
  withdrawDelivery,
} from "../../commands/deliver";
import { uuid7 } from "../../protocol/uuid7";
import type { FieldErrors } from "../../rules/completion";
import { type DeliveryItem, itemOf } from "../../rules/deliveries";
import { missingInFailure, missingInProof } from "../../rules/proof";
import type { View } from "../../rules/seen";
import type { FieldEnv } from "../../shell/deps";
import { Refusal } from "../../store/failures";
import { storeFile } from "../../store/files";
import { readView } from "../../store/view";
import { DraftWords } from "../../ui/draft-state";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { type Fields, fieldsOf, momentOf, pngOf, strokesOf, typedMoment } from "../form-data";
import { readGlance } from "../glance";
import { lastPosition } from "../here";
import { timezoneOf } from "../timezone";
import { Confirmation, type DoorProps } from "./confirmation";
import { Delivery } from "./delivery";
import type { DoorPage } from "./door-photos";
import { BLANK, type DoorDraft, dropDoorDraft, readDoorDraft, saveDoorDraft } from "./draft";
import { FailureReport, REASONS } from "./failure";

export const delivery = new Hono<FieldEnv>();

const DEFAULT_MAX_PX = 1600;
const TYPED = ["outcome", "receiver_name", "receiver_document", "happened_at", "note", "reason"];

delivery.get("/deliveries/:id", (c) => showDelivery(c, c.req.param("id")));
delivery.get("/deliveries/:id/confirmation", (c) => openDoor(c, "confirmation"));
delivery.get("/deliveries/:id/failure", (c) => openDoor(c, "failure"));

delivery.post("/deliveries/:id/confirmation", async (c) => {
  const { deps, commands, store } = c.var;
  const invoiceId = idIn(c);
  const fields = await fieldsOf(c);
  const now = deps.clock.now();
  const draft = await keepTyped(c, fields);
  const png = pngOf(fields.text("png"));
  const happenedAt = momentOf(draft.values.happened_at ?? "");
  const outcome = draft.values.outcome === "partial" ? "partial" : "delivered";
  const said = {
    outcome,
    receiver_name: draft.values.receiver_name ?? "",
    receiver_document: draft.values.receiver_document ?? "",
    happened_at: happenedAt,
    note: draft.values.note ?? "",
    hasSignature: png !== null,
    photos: draft.photos.length,
  } as const;
  const errors = missingInProof(said, (await readView(store)).deliveryPolicy, now);
  if (happenedAt === null || Object.keys(errors).length > 0) {
    return showDoor(c, "confirmation", draft, errors, 422);
  }
  await confirmDelivery(commands, {
    invoiceId,
    outcome,
    receiverName: said.receiver_name,
    receiverDocument: said.receiver_document,
    happenedAt,
    note: said.note,
    position: await deps.position(),
    photos: draft.photos,
    signature: png && { png, strokes: draft.strokes, signedAt: signedAt(draft, now) },
  });
  return go(c, `/field/deliveries/${invoiceId}`);
});

delivery.post("/deliveries/:id/failure", async (c) => {
  const { deps, commands } = c.var;
  const invoiceId = idIn(c);
  const now = deps.clock.now();
  const draft = await keepTyped(c, await fieldsOf(c));
  const happenedAt = momentOf(draft.values.happened_at ?? "");
  const reason = REASONS.find((one) => one === draft.values.reason) ?? null;
  const note = draft.values.note ?? "";
  const errors = missingInFailure({ reason, note, happened_at: happenedAt }, now);
  if (reason === null || happenedAt === null || Object.keys(errors).length > 0) {
    return showDoor(c, "failure", draft, errors, 422);
  }
  await reportFailedDelivery(commands, {
    invoiceId,
    reason,
    happenedAt,
    note,
    position: await deps.position(),
    photos: draft.photos,
  });
  return go(c, `/field/deliveries/${invoiceId}`);
});

for (const page of ["confirmation", "failure"] as const) {
  delivery.post(`/deliveries/:id/${page}/draft`, async (c) => {
    await keepTyped(c, await fieldsOf(c));
    const timezone = timezoneOf(await readView(c.var.store));
    const savedAt = c.var.deps.clock.now().toISOString();
    return fragment(<DraftWords savedAt={savedAt} timezone={timezone} />);
  });
  delivery.post(`/deliveries/:id/${page}/photos`, (c) => addPhotos(c, page));
  delivery.post(`/deliveries/:id/${page}/photos/:photoId/removal`, async (c) => {
    const draft = (await readDoorDraft(c.var.store, idIn(c))) ?? BLANK;
    const photos = draft.photos.filter((photo) => photo.id !== c.req.param("photoId"));
    await saveDoorDraft(c.var.store, idIn(c), { ...draft, photos }, c.var.deps.clock.now());
    return go(c, `/field/deliveries/${idIn(c)}/${page}`);
  });
}

delivery.post("/deliveries/:id/draft/removal", async (c) => {
  await dropDoorDraft(c.var.store, idIn(c));
  return go(c, "/field/");
});

delivery.post("/deliveries/:id/attempts/:attemptId/undo", async (c) => {
  await undoDelivery(c.var.commands, c.req.param("attemptId"));
  return go(c, `/field/deliveries/${idIn(c)}`);
});

delivery.post("/deliveries/:id/attempts/:attemptId/withdrawal", async (c) => {
  const deliveryId = c.req.param("attemptId");
  const name = `reason-${deliveryId}`;
  const reason = (await fieldsOf(c)).text(name);
  if (reason === "") return showDelivery(c, idIn(c), { [name]: "Diga por que o registro sai." }, 422);
  await withdrawDelivery(c.var.commands, { deliveryId, reason });
  return go(c, `/field/deliveries/${idIn(c)}`);
});

function idIn(c: FieldContext): string {
  return c.req.param("id") ?? "";
}

/** What was typed becomes the draft; photos and the moment of signing stay. */
async function keepTyped(c: FieldContext, fields: Fields): Promise<DoorDraft> {
  const { store, deps } = c.var;
  const before = (await readDoorDraft(store, idIn(c))) ?? BLANK;
  const now = deps.clock.now();
  const typed = TYPED.filter((name) => fields.data.has(name)).map((name) => [name, fields.text(name)]);
  const hasPad = fields.data.has("strokes");
  const strokes = hasPad ? strokesOf(fields.text("strokes")) : before.strokes;
  const isSame = JSON.stringify(strokes) === JSON.stringify(before.strokes);
  const draft: DoorDraft = {
    ...before,
    values: { ...before.values, ...Object.fromEntries(typed) },
    strokes,
    pad_size: hasPad ? fields.text("pad_size") : before.pad_size,
    signed_at:
      strokes.length === 0 ? null : isSame ? (before.signed_at ?? now.toISOString()) : now.toISOString(),
  };
  await saveDoorDraft(store, idIn(c), draft, now);
  return draft;
}

function signedAt(draft: DoorDraft, now: Date): Date {
  return draft.signed_at === null ? now : new Date(draft.signed_at);
}

/** Each is stored before the next is touched, so that a failure costs none of them. */
async function addPhotos(c: FieldContext, page: DoorPage): Promise<Response> {
  const { store, deps } = c.var;
  const invoiceId = idIn(c);
  const maxPx = (await readView(store)).me?.photo_max_px ?? DEFAULT_MAX_PX;
  for (const file of (await fieldsOf(c)).files("photo")) {
    let prepared: Awaited<ReturnType<typeof deps.preparePhoto>>;
    try {
      prepared = await deps.preparePhoto(file, maxPx);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "photo_unreadable") throw error;
      const draft = (await readDoorDraft(store, invoiceId)) ?? BLANK;
      return showDoor(c, page, draft, { photo: "Esta imagem não pôde ser lida. Tire outra foto." }, 422);
    }
    const now = deps.clock.now();
    const { sha256, size } = await storeFile(store, prepared.bytes, prepared.type, now);
    const { type, width, height } = prepared;
    const taken_at = now.toISOString();
    const draft = (await readDoorDraft(store, invoiceId)) ?? BLANK;
    const photo = { id: uuid7(now.getTime()), sha256, size, type, width, height, taken_at };
    await saveDoorDraft(store, invoiceId, { ...draft, photos: [...draft.photos, photo] }, now);
  }
  return go(c, `/field/deliveries/${invoiceId}/${page}`);
}

async function openDoor(c: FieldContext, page: DoorPage): Promise<Response> {
  const { store } = c.var;
  const item = await itemIn(c, await readView(store), idIn(c));
  if (item.state !== "pending" && item.state !== "left") return go(c, `/field/deliveries/${idIn(c)}`);
  return showDoor(c, page, (await readDoorDraft(store, idIn(c))) ?? BLANK, {});
}

async function showDoor(
  c: FieldContext,
  page: DoorPage,
  draft: DoorDraft,
  errors: FieldErrors,
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, glance] = await Promise.all([readView(store), readGlance(store)]);
  const props: DoorProps = {
    item: await itemIn(c, view, idIn(c)),
    policy: view.deliveryPolicy,
    draft,
    now: typedMoment(deps.clock.now()),
    errors,
    glance,
  };
  return page === "confirmation"
    ? show(c, "Confirmar entrega", <Confirmation {...props} />, status)
    : show(c, "Não entregue", <FailureReport {...props} />, status);
}

async function showDelivery(
  c: FieldContext,
  id: string,
  errors: FieldErrors = {},
  status = 200,
): Promise<Response> {
  const { store, deps, person } = c.var;
  const [view, glance, draft] = await Promise.all([
    readView(store),
    readGlance(store),
    readDoorDraft(store, id),
  ]);
  const item = await itemIn(c, view, id);
  return show(
    c,
    `NF ${item.invoice.number}`,
    <Delivery
      item={item}
      userId={view.me?.id ?? person.id}
      hasDraft={draft !== null}
      timezone={timezoneOf(view)}
      now={deps.clock.now()}
      glance={glance}
      errors={errors}
    />,
    status,
  );
}

/** @throws Refusal `not_found` */
async function itemIn(c: FieldContext, view: View, id: string): Promise<DeliveryItem> {
  const invoice = view.invoices.get(id);
  if (invoice === undefined) throw new Refusal("not_found", "Esta nota não está neste aparelho.");
  const now = c.var.deps.clock.now();
  return itemOf(view, invoice, await lastPosition(c.var.store, view, now), now);
}
