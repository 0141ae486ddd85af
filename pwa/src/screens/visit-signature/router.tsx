import { Hono } from "hono/tiny";
import { type FieldErrors, missingInSignature } from "../../rules/completion";
import { isOpen } from "../../rules/visit-state";
import type { FieldEnv } from "../../shell/deps";
import { readView } from "../../store/view";
import { DraftWords } from "../../ui/draft-state";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { type Fields, fieldsOf, pngOf, strokesOf } from "../form-data";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { decodeForm } from "../visit-form/decode";
import {
  fingerprint,
  readFormDraft,
  readSignatureDraft,
  type SignatureDraft,
  saveSignatureDraft,
} from "../visits/drafts";
import { visitIn } from "../visits/router";
import { Signature } from "./signature";

export const visitSignature = new Hono<FieldEnv>();

const BLANK: SignatureDraft = {
  signer_name: "",
  signer_document: "",
  strokes: [],
  pad_size: "",
  png: null,
  is_refused: false,
  refused_reason: "",
  is_complete: false,
  signed_form: null,
  signed_at: null,
};

visitSignature.get("/visits/:id/signature", async (c) => {
  const visitId = c.req.param("id");
  const { store } = c.var;
  const visit = visitIn(await readView(store), visitId);
  if (!isOpen(visit.state)) return go(c, `/field/visits/${visitId}`);
  if ((await readFormDraft(store, visitId)) === null) return go(c, `/field/visits/${visitId}/form`);
  return showSignature(c, visitId, (await readSignatureDraft(store, visitId)) ?? BLANK, {});
});

visitSignature.post("/visits/:id/signature/draft", async (c) => {
  const { store, deps } = c.var;
  const now = deps.clock.now();
  await saveSignatureDraft(store, c.req.param("id"), draftOf(await fieldsOf(c)), now);
  const timezone = timezoneOf(await readView(store));
  return fragment(<DraftWords savedAt={now.toISOString()} timezone={timezone} />);
});

visitSignature.post("/visits/:id/signature", async (c) => {
  const visitId = c.req.param("id");
  const { store, deps } = c.var;
  const draft = draftOf(await fieldsOf(c));
  const errors = missing(draft);
  const form = await readFormDraft(store, visitId);
  const isComplete = Object.keys(errors).length === 0 && form !== null;
  const now = deps.clock.now();
  await saveSignatureDraft(
    store,
    visitId,
    {
      ...draft,
      is_complete: isComplete,
      signed_form: form && fingerprint(form),
      signed_at: isComplete ? now.toISOString() : null,
    },
    now,
  );
  return isComplete ? go(c, `/field/visits/${visitId}`) : showSignature(c, visitId, draft, errors, 422);
});

function missing(draft: SignatureDraft): FieldErrors {
  return missingInSignature(
    draft.is_refused
      ? { refused_reason: draft.refused_reason }
      : {
          id: "",
          signer_name: draft.signer_name,
          signer_document: draft.signer_document,
          strokes: draft.png === null ? [] : draft.strokes,
          sha256: "",
          size: 0,
          type: "image/png",
          signed_at: "",
        },
  );
}

function draftOf(fields: Fields): SignatureDraft {
  return {
    ...BLANK,
    signer_name: fields.text("signer_name"),
    signer_document: fields.text("signer_document"),
    strokes: strokesOf(fields.text("strokes")),
    pad_size: fields.text("pad_size"),
    png: pngOf(fields.text("png")),
    is_refused: fields.isChecked("is_refused"),
    refused_reason: fields.text("refused_reason"),
  };
}

async function showSignature(
  c: FieldContext,
  visitId: string,
  draft: SignatureDraft,
  errors: FieldErrors,
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, glance, form] = await Promise.all([
    readView(store),
    readGlance(store),
    readFormDraft(store, visitId),
  ]);
  const visit = visitIn(view, visitId);
  const order = view.orders.get(visit.order_id);
  const customer = view.customers.get(order?.customer_id ?? "");
  const machine = view.equipment.get(order?.equipment_id ?? "");
  const blankForm = { values: {}, parts_used: [], part_requests: [] };
  return show(
    c,
    "Assinatura",
    <Signature
      visit={visit}
      customerName={customer?.name ?? "Cliente"}
      machine={machine ? `${machine.model}, série ${machine.serial_number}` : null}
      decoded={decodeForm(view, visit, form ?? blankForm, deps.clock.now())}
      draft={draft}
      errors={errors}
      glance={glance}
    />,
    status,
  );
}
