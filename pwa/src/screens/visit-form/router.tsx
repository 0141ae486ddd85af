import { Hono } from "hono/tiny";
import { recordVisitEvent } from "../../commands/record-visit-event";
import { uuid7 } from "../../protocol/uuid7";
import { readingsOf } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import type { FieldEnv } from "../../shell/deps";
import { readView } from "../../store/view";
import { DraftWords } from "../../ui/draft-state";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { type Fields, fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { draftParts } from "../part-requests/part-lines";
import { timezoneOf } from "../timezone";
import { type FormDraft, readFormDraft, readSignatureDraft, saveFormDraft } from "../visits/drafts";
import { visitIn } from "../visits/router";
import { decodeForm } from "./decode";
import { FormParts, VisitForm } from "./form";

export const visitForm = new Hono<FieldEnv>();

const BLANK: FormDraft = { values: {}, parts_used: [], part_requests: [] };
/** Parts are kept beside the values; the pressed buttons are nobody's words. */
const NO_VALUE = /^(used|wanted)\.|^(more|photo)$/;

visitForm.get("/visits/:id/form", async (c) => {
  const visitId = c.req.param("id");
  const visit = visitIn(await readView(c.var.store), visitId);
  if (!isOpen(visit.state)) return go(c, `/field/visits/${visitId}`);
  return showForm(c, visitId, (await readFormDraft(c.var.store, visitId)) ?? BLANK, false);
});

/** Saved while typing; "outra peça" answers that list with one more line. */
visitForm.post("/visits/:id/form/draft", async (c) => {
  const visitId = c.req.param("id");
  const { store, deps } = c.var;
  const fields = await fieldsOf(c);
  const draft = draftOf(fields, deps.clock.now());
  const now = deps.clock.now();
  await saveFormDraft(store, visitId, draft, now);
  const more = fields.text("more");
  if (more === "used" || more === "wanted") {
    const action = `/field/visits/${visitId}/form/draft`;
    return fragment(<FormParts list={more} draft={draft} errors={{}} draftAction={action} />);
  }
  const timezone = timezoneOf(await readView(store));
  return fragment(<DraftWords savedAt={now.toISOString()} timezone={timezone} />);
});

visitForm.post("/visits/:id/form", async (c) => {
  const visitId = c.req.param("id");
  const { store, deps, commands } = c.var;
  const now = deps.clock.now();
  const fields = await fieldsOf(c);
  const draft = draftOf(fields, now);
  await saveFormDraft(store, visitId, draft, now);
  const question = fields.text("photo");
  if (question) return go(c, `/field/visits/${visitId}/photos?question=${question}`);
  const view = await readView(store);
  const visit = visitIn(view, visitId);
  if (Object.keys(decodeForm(view, visit, draft, now).errors).length > 0) {
    return showForm(c, visitId, draft, true);
  }
  if (visit.state === "work_finished") {
    await recordVisitEvent(commands, { visitId, kind: "form_filled", position: await deps.position() });
  }
  return go(c, `/field/visits/${visitId}`);
});

function draftOf(fields: Fields, now: Date): FormDraft {
  const newId = () => uuid7(now.getTime());
  return {
    values: Object.fromEntries(Object.entries(fields.toRecord()).filter(([name]) => !NO_VALUE.test(name))),
    parts_used: draftParts(fields, "used", newId),
    part_requests: draftParts(fields, "wanted", newId),
  };
}

async function showForm(
  c: FieldContext,
  visitId: string,
  draft: FormDraft,
  isRefused: boolean,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, glance, signature] = await Promise.all([
    readView(store),
    readGlance(store),
    readSignatureDraft(store, visitId),
  ]);
  const visit = visitIn(view, visitId);
  const order = view.orders.get(visit.order_id) ?? null;
  const decoded = decodeForm(view, visit, draft, deps.clock.now());
  const equipment = view.equipment.get(order?.equipment_id ?? "") ?? null;
  return show(
    c,
    "Formulário",
    <VisitForm
      visit={visit}
      order={order}
      equipment={equipment}
      checklist={view.checklists.get(order?.checklist_version_id ?? "") ?? null}
      lastReading={equipment ? (readingsOf(view, equipment.id)[0] ?? null) : null}
      parts={view.parts}
      draft={draft}
      doubts={decoded.doubts}
      errors={isRefused ? decoded.errors : {}}
      isSigned={signature?.is_complete ?? false}
      timezone={timezoneOf(view)}
      glance={glance}
    />,
    isRefused ? 422 : 200,
  );
}
