import { Hono } from "hono/tiny";
import { attachPhoto } from "../../commands/attach-photo";
import { withdrawPhoto } from "../../commands/withdraw-photo";
import type { PhotoSlot } from "../../protocol/rows";
import type { FieldEnv } from "../../shell/deps";
import { Refusal } from "../../store/failures";
import { listFiles } from "../../store/files";
import { readView } from "../../store/view";
import { plural } from "../../ui/format";
import { SLOTS } from "../../ui/labels";
import { type FieldContext, go, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { visitIn } from "../visits/router";
import { Photos, type PhotosProps } from "./photos";

export const visitPhotos = new Hono<FieldEnv>();

const DEFAULT_MAX_PX = 1600;

visitPhotos.get("/visits/:id/photos", (c) =>
  showPhotos(c, c.req.param("id"), slotOf(c.req.query("slot")), c.req.query("question")),
);

/** One photo or several; each is stored before the next is touched, so that a failure costs none of them. */
visitPhotos.post("/visits/:id/photos", async (c) => {
  const visitId = c.req.param("id");
  const { deps, store, commands } = c.var;
  const fields = await fieldsOf(c);
  const question = fields.text("question");
  const slot = question ? "other" : slotOf(fields.text("slot"));
  const files = fields.files("photo");
  if (files.length === 0) {
    return showPhotos(c, visitId, slot, question, { errors: { photo: "Escolha ou tire uma foto." } }, 422);
  }
  const maxPx = (await readView(store)).me?.photo_max_px ?? DEFAULT_MAX_PX;
  let unreadable = 0;
  for (const file of files) {
    try {
      const photo = await deps.preparePhoto(file, maxPx);
      await attachPhoto(commands, { visitId, photo, slot, question, caption: fields.text("caption") });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "photo_unreadable") throw error;
      unreadable += 1;
    }
  }
  if (unreadable > 0) {
    const photo =
      files.length === 1
        ? "Esta imagem não pôde ser lida. Tire outra foto."
        : `${plural(unreadable, "arquivo não pôde ser lido", "arquivos não puderam ser lidos")}; os outros foram salvos.`;
    return showPhotos(c, visitId, slot, question, { errors: { photo } }, 422);
  }
  return go(c, `/field/visits/${visitId}/photos?${question ? `question=${question}` : `slot=${slot}`}`);
});

visitPhotos.post("/visits/:id/photos/:photoId/withdrawal", async (c) => {
  const { id: visitId, photoId } = c.req.param();
  const reason = (await fieldsOf(c)).text(`reason-${photoId}`);
  if (reason === "") {
    const errors = { [`reason-${photoId}`]: "Diga por que a foto sai do relatório." };
    return showPhotos(c, visitId, "before", "", { errors, withdrawing: photoId }, 422);
  }
  await withdrawPhoto(c.var.commands, { visitId, photoId, reason });
  return go(c, `/field/visits/${visitId}/photos`);
});

function slotOf(text: string | undefined): PhotoSlot {
  return SLOTS.find((slot) => slot === text) ?? "before";
}

async function showPhotos(
  c: FieldContext,
  visitId: string,
  slot: PhotoSlot,
  asked: string | undefined,
  again: Pick<PhotosProps, "errors" | "withdrawing"> = {},
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, glance, files] = await Promise.all([readView(store), readGlance(store), listFiles(store)]);
  const visit = visitIn(view, visitId);
  const order = view.orders.get(visit.order_id);
  const items = view.checklists.get(order?.checklist_version_id ?? "")?.items ?? [];
  const questions = new Map(items.map((item) => [item.key, item.label]));
  return show(
    c,
    "Fotos",
    <Photos
      visit={visit}
      questions={questions}
      question={asked && questions.has(asked) ? asked : null}
      here={new Set(files.filter((file) => file.isHere).map((file) => file.sha256))}
      refused={
        new Map(
          files
            .filter((file) => file.state === "refused")
            .map((file) => [file.sha256, file.problem ?? "O portal recusou este arquivo."]),
        )
      }
      slot={slot}
      timezone={timezoneOf(view)}
      now={deps.clock.now()}
      glance={glance}
      {...again}
    />,
    status,
  );
}
