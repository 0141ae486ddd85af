import { Hono } from "hono/tiny";
import { requestParts } from "../../commands/request-parts";
import { uuid7 } from "../../protocol/uuid7";
import type { FieldErrors } from "../../rules/completion";
import { partsOf, visitOf } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import type { FieldEnv } from "../../shell/deps";
import { dropDraft, readDraft, saveDraft } from "../../store/drafts";
import { Refusal } from "../../store/failures";
import { readView } from "../../store/view";
import { DraftWords } from "../../ui/draft-state";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { type Fields, fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { draftParts, partLines } from "./part-lines";
import { PartRequest, type PartRequestDraft, WantedParts } from "./part-request";

export const partRequests = new Hono<FieldEnv>();

const BLANK: PartRequestDraft = { parts: [], note: "" };
const keyOf = (orderId: string) => `parts/${orderId}`;

partRequests.get("/orders/:id/parts", async (c) => {
  const orderId = c.req.param("id");
  const draft = await readDraft<PartRequestDraft>(c.var.store, keyOf(orderId));
  return showPartRequest(c, orderId, draft ?? BLANK, {});
});

partRequests.post("/orders/:id/parts/draft", async (c) => {
  const orderId = c.req.param("id");
  const { store, deps } = c.var;
  const fields = await fieldsOf(c);
  const now = deps.clock.now();
  const draft = draftOf(fields, now);
  await saveDraft(store, keyOf(orderId), draft, now);
  if (fields.text("more") !== "") {
    return fragment(<WantedParts orderId={orderId} parts={draft.parts} errors={{}} />);
  }
  const timezone = timezoneOf(await readView(store));
  return fragment(<DraftWords savedAt={now.toISOString()} timezone={timezone} />);
});

partRequests.post("/orders/:id/parts", async (c) => {
  const orderId = c.req.param("id");
  const { store, deps, commands } = c.var;
  const draft = draftOf(await fieldsOf(c), deps.clock.now());
  const view = await readView(store);
  const { lines, errors } = partLines("wanted", draft.parts, view.parts);
  const missing: FieldErrors =
    draft.parts.length === 0 ? { "wanted.0": "Informe ao menos uma peça." } : errors;
  if (Object.keys(missing).length > 0) {
    await saveDraft(store, keyOf(orderId), draft, deps.clock.now());
    return showPartRequest(c, orderId, draft, missing, 422);
  }
  const visit = visitOf(view, orderId);
  const openVisitId = visit && isOpen(visit.state) ? visit.id : null;
  await requestParts(commands, { orderId, visitId: openVisitId, items: lines, note: draft.note });
  await dropDraft(store, keyOf(orderId));
  return go(c, openVisitId ? `/field/visits/${openVisitId}` : `/field/orders/${orderId}`);
});

function draftOf(fields: Fields, now: Date): PartRequestDraft {
  return { parts: draftParts(fields, "wanted", () => uuid7(now.getTime())), note: fields.text("note") };
}

async function showPartRequest(
  c: FieldContext,
  orderId: string,
  draft: PartRequestDraft,
  errors: FieldErrors,
  status = 200,
): Promise<Response> {
  const { store } = c.var;
  const [view, glance] = await Promise.all([readView(store), readGlance(store)]);
  const order = view.orders.get(orderId);
  if (!order) throw new Refusal("not_found", "Este chamado não está neste aparelho.");
  const visit = visitOf(view, orderId);
  return show(
    c,
    "Peças",
    <PartRequest
      order={order}
      visit={visit && isOpen(visit.state) ? visit : null}
      parts={view.parts}
      requests={partsOf(view, orderId)}
      draft={draft}
      errors={errors}
      glance={glance}
    />,
    status,
  );
}
