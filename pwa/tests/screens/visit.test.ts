import { expect, test } from "vitest";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { selectVisit } from "../../src/commands/select-visit";
import type { ChecklistBody } from "../../src/protocol/rows";
import { queue } from "../../src/store/outbox";
import { appendFix, appendGap } from "../../src/store/tracks";
import { BRUNO, me, row } from "../people";
import { failAtWrite } from "../phone";
import { Field, typedIn, wayOf } from "./field-app";
import { ORDERS, PAST_VISIT } from "./full-day";

const STEPS = ["travel_started", "arrived", "work_started", "work_finished"] as const;

/** Bruno at the bakery, `steps` into the visit. */
async function onVisit(steps = 0): Promise<{ field: Field; visit: string; id: string }> {
  const field = await Field.withAFullDay();
  const { visitId } = await selectVisit(field.phone.commands, { orderId: ORDERS[0] ?? "", position: null });
  for (const kind of STEPS.slice(0, steps)) {
    await recordVisitEvent(field.phone.commands, { visitId, kind, position: null });
  }
  return { field, visit: `/field/visits/${visitId}`, id: visitId };
}

const FILLED = {
  outcome: "done",
  diagnosis: "Rolete gasto",
  resolution: "Rolete trocado",
  "checklist.clean": "yes",
  "checklist.rollers": "Trocado",
  "reading.mono": "46.000",
};
const SIGNED = {
  signer_name: "Marina Souza",
  signer_document: "529.982.247-25",
  strokes: '[{"points":[{"x":1,"y":2}]}]',
  pad_size: "358x224",
  png: `data:image/png;base64,${btoa("png bytes")}`,
};

test("Step by step the timeline offers one big next step, and each fact is on the phone", async () => {
  const { field, visit } = await onVisit();
  const offered = ["Iniciar viagem", "Cheguei no cliente", "Iniciar atendimento", "Encerrar atendimento"];
  for (const [i, kind] of STEPS.entries()) {
    expect((await field.get(visit)).words).toContain(offered[i]);
    expect(wayOf(await field.post(`${visit}/events`, { kind }))).toBe(visit);
  }
  const { words, text } = await field.get(visit);
  expect(words).toContain("Preencher formulário");
  expect(words).toContain("no endereço");
  expect(text.match(/data-receipt="device"/g)).toHaveLength(6);
});

test("A second tap on the same step records nothing more", async () => {
  const { field, visit } = await onVisit();
  await field.post(`${visit}/events`, { kind: "travel_started" });
  const answer = await field.post(`${visit}/events`, { kind: "travel_started" });
  expect(wayOf(answer)).toBe(visit);
  expect(await queue(field.phone.store)).toHaveLength(2);
});

test("While travelling the kilometres, the last position and the gaps are shown", async () => {
  const { field, visit, id } = await onVisit(1);
  const t = field.phone.clock.now().getTime();
  await appendFix(field.phone.store, id, [t, -27.6, -48.52, 9, 10]);
  await appendFix(field.phone.store, id, [t + 300_000, -27.62, -48.52, 9, 10]);
  await appendGap(field.phone.store, id, [t + 60_000, t + 240_000, "hidden"]);
  field.phone.clock.pass(360);
  const { words } = await field.get(visit);
  expect(words).toContain("2,2 km");
  expect(words).toContain("Última posição há 1 min");
  expect(words).toContain("aplicativo fora da tela");
});

test("Who refused to be located reads that no way is recorded, and no distance", async () => {
  const { field, visit } = await onVisit(1);
  await field.phone.fill([row("me", BRUNO, { ...me, shares_position: false })]);
  for (const page of [visit, `${visit}/travel`, "/field/account"]) {
    const { words } = await field.get(page);
    expect(words).toContain("Você não compartilha a localização");
    expect(words).not.toContain("0,0 km");
    expect(words).not.toContain("Aguardando o GPS");
  }
});

test("What the portal and ILUX have is said on every fact of an ended visit", async () => {
  const field = await Field.withAFullDay();
  const { words, text } = await field.get(`/field/visits/${PAST_VISIT}`);
  expect(text.match(/data-receipt="ilux"/g)).toHaveLength(8);
  expect(words).toContain("7,8 km");
  expect(words).toContain("Régis Andrade");
  expect(words).not.toContain("Cancelar atendimento");
});

test("Cancelling asks for a reason and gives the order back", async () => {
  const { field, visit } = await onVisit(1);
  expect((await field.post(`${visit}/cancellation`, { reason: "" })).status).toBe(422);
  await field.post(`${visit}/cancellation`, { reason: "Cliente fechado" });
  expect((await field.get(visit)).words).toContain("Atendimento cancelado");
  expect((await field.view()).orders.get(ORDERS[0] ?? "")?.status).toBe("E");
});

test("A form with nothing in it comes back with everything that is missing", async () => {
  const { field, visit } = await onVisit(4);
  const answer = await field.post(`${visit}/form`, { diagnosis: "Só o laudo" });
  expect(answer.status).toBe(422);
  for (const message of ["Escolha o resultado", "Escreva a solução", "Responda: Limpeza interna feita"]) {
    expect(answer.words).toContain(message);
  }
  expect(typedIn(answer, "diagnosis")).toBe("Só o laudo");
});

test("A pendency wants its reason, and words where the reason is another", async () => {
  const { field, visit } = await onVisit(4);
  const pending = { ...FILLED, outcome: "pending", resolution: "" };
  expect((await field.post(`${visit}/form`, pending)).words).toContain("Escolha o motivo da pendência.");
  const other = await field.post(`${visit}/form`, { ...pending, pending_reason: "other" });
  expect(other.words).toContain("Descreva o motivo da pendência.");
  const complete = await field.post(`${visit}/form`, { ...pending, pending_reason: "waiting_parts" });
  expect(wayOf(complete)).toBe(visit);
});

test("A reading below the last one is asked about, confirmed once, and asked again when it changes", async () => {
  const { field, visit } = await onVisit(4);
  const doubtful = { ...FILLED, "reading.mono": "45.100" };
  const asked = await field.post(`${visit}/form`, doubtful);
  expect(asked.status).toBe(422);
  expect(asked.words).toContain("Menor que a última leitura (45.210");
  const changed = { ...doubtful, "reading.mono": "45.000", "confirm.mono": "45.100" };
  expect((await field.post(`${visit}/form`, changed)).status).toBe(422);
  expect(wayOf(await field.post(`${visit}/form`, { ...doubtful, "confirm.mono": "45.100" }))).toBe(visit);
});

test("What was typed is a draft at once and is there again after the app was killed", async () => {
  const { field, visit } = await onVisit(3);
  const saved = await field.post(`${visit}/form/draft`, {
    diagnosis: "Ainda escrevendo",
    "used.id": "",
    "used.description": "P100 – Rolete de tração",
    "used.quantity": "2",
  });
  expect(saved.words).toContain("Rascunho salvo no aparelho às 08:00");
  const again = await new Field(field.phone).get(`${visit}/form`);
  expect(typedIn(again, "diagnosis")).toBe("Ainda escrevendo");
  expect(again.text).toContain('value="P100 – Rolete de tração"');
});

test("One more part gives one more line and keeps the others", async () => {
  const { field, visit } = await onVisit(4);
  const answer = await field.post(`${visit}/form/draft`, {
    "used.id": ["", ""],
    "used.description": ["Rolete", "Cilindro"],
    "used.quantity": ["1", "2"],
    more: "used",
  });
  expect(answer.text.match(/name="used\.description"/g)).toHaveLength(3);
  expect(answer.text).toContain('value="Cilindro"');
  expect(answer.text).not.toContain("diagnosis");
});

test("A part without a quantity is named", async () => {
  const { field, visit } = await onVisit(4);
  const answer = await field.post(`${visit}/form`, {
    ...FILLED,
    "used.id": "",
    "used.description": "Cilindro",
    "used.quantity": "dois",
  });
  expect(answer.words).toContain("Informe a quantidade de Cilindro.");
});

test("Form, signature and conclusion: one mutation holds them all and the drafts are gone", async () => {
  const { field, visit } = await onVisit(4);
  await field.post(`${visit}/form`, {
    ...FILLED,
    "used.id": "",
    "used.description": "P100 – Rolete de tração",
    "used.quantity": "2",
  });
  expect((await field.get(visit)).words).toContain("Colher assinatura");
  expect((await field.get(`${visit}/signature`)).words).toContain("2× Rolete de tração");
  expect(wayOf(await field.post(`${visit}/signature`, SIGNED))).toBe(visit);
  const signed_at = field.phone.clock.now().toISOString();
  field.phone.clock.pass(300);
  expect((await field.get(visit)).words).toContain("Concluir atendimento");
  expect(wayOf(await field.post(`${visit}/completion`))).toBe(visit);
  const { mutation } = (await queue(field.phone.store)).at(-1) ?? {};
  expect(mutation?.name).toBe("complete_visit");
  expect(mutation?.args).toMatchObject({
    form: { outcome: "done", diagnosis: "Rolete gasto" },
    checklist: { answers: { clean: true, rollers: "Trocado" } },
    readings: [{ mono: 46000, color: null, is_confirmed: false }],
    parts_used: [{ description: "Rolete de tração", quantity: 2 }],
    signature: { signer_name: "Marina Souza", signed_at, strokes: [{ points: [{ x: 1, y: 2 }] }] },
  });
  expect((await field.get(visit)).words).toContain("Próximo chamado");
});

test("A signature wants a name, a document and strokes", async () => {
  const { field, visit } = await onVisit(4);
  await field.post(`${visit}/form`, FILLED);
  const answer = await field.post(`${visit}/signature`, {
    signer_name: "Marina Souza",
    signer_document: "1",
  });
  expect(answer.status).toBe(422);
  expect(answer.words).toContain("Informe um CPF, CNPJ ou RG válido.");
  expect(answer.words).toContain("Peça a assinatura do cliente.");
  expect(typedIn(answer, "signer_name")).toBe("Marina Souza");
});

test("A customer who refuses to sign: the reason stands instead", async () => {
  const { field, visit } = await onVisit(4);
  await field.post(`${visit}/form`, FILLED);
  expect((await field.post(`${visit}/signature`, { is_refused: "yes", refused_reason: "" })).status).toBe(
    422,
  );
  await field.post(`${visit}/signature`, { is_refused: "yes", refused_reason: "Saiu antes do fim" });
  await field.post(`${visit}/completion`);
  const { mutation } = (await queue(field.phone.store)).at(-1) ?? {};
  expect(mutation?.args).toMatchObject({ signature: { refused_reason: "Saiu antes do fim" } });
});

test("A form changed after the signature takes the signature back", async () => {
  const { field, visit } = await onVisit(4);
  await field.post(`${visit}/form`, FILLED);
  await field.post(`${visit}/signature`, SIGNED);
  await field.post(`${visit}/form`, { ...FILLED, resolution: "Outra coisa" });
  expect((await field.get(visit)).words).toContain("Colher assinatura");
});

test("Photos are stored one by one; the one that cannot be read is named and the others stay", async () => {
  const { field, visit } = await onVisit(3);
  const photo = [new Blob(["first photo"]), new Blob(["x"]), new Blob(["third photo"])];
  const body = new FormData();
  for (const one of photo) body.append("photo", one, "photo.jpg");
  const answer = await field.postForm(`${visit}/photos`, body, { slot: "meter" });
  expect(answer.status).toBe(422);
  expect(answer.words).toContain("1 arquivo não pôde ser lido; os outros foram salvos.");
  expect(answer.words).toContain("Capturadas: 2");
  expect(answer.words).toContain("No portal: 0");
});

test("Withdrawing a photo asks why", async () => {
  const { field, visit, id } = await onVisit(3);
  const body = new FormData();
  body.append("photo", new Blob(["first photo"]), "photo.jpg");
  expect(wayOf(await field.postForm(`${visit}/photos`, body, { slot: "before" }))).toBe(
    `${visit}/photos?slot=before`,
  );
  const photoId = (await field.view()).visits.get(id)?.photos[0]?.id ?? "";
  const path = `${visit}/photos/${photoId}/withdrawal`;
  expect((await field.post(path, { [`reason-${photoId}`]: "" })).status).toBe(422);
  await field.post(path, { [`reason-${photoId}`]: "Saiu tremida" });
  expect((await field.get(`${visit}/photos`)).words).toContain("Nenhuma foto ainda");
});

test("A full disk is a 507 with a way out, above the form that stays as it is", async () => {
  const { field, visit } = await onVisit(4);
  const full = failAtWrite(1, new DOMException("full", "QuotaExceededError"));
  const answer = await field.post(`${visit}/form`, FILLED);
  full.restore();
  expect(answer.status).toBe(507);
  expect(answer.headers.get("hx-retarget")).toBe("#problem");
  expect(answer.words).toContain("Sincronizar e liberar espaço");
  expect(answer.words).toContain("Exportar arquivo");
  expect((await field.view()).visits.size).toBe(2);
});

test("What the office says of a part stands with its order", async () => {
  const { field } = await onVisit(3);
  const parts = await field.get(`/field/orders/${ORDERS[1]}/parts`);
  expect(parts.words).toContain("2× Rolo de tração previsão 12/03/2026 em falta");
  expect((await field.get(`/field/orders/${ORDERS[1]}`)).words).toContain("Peças: em falta");
  expect((await field.get(`/field/orders/${ORDERS[2]}/parts`)).words).not.toContain("Rolo de tração");
});

test("Parts are requested on the visit, with its order", async () => {
  const { field, visit } = await onVisit(3);
  const path = `/field/orders/${ORDERS[0]}/parts`;
  const blank = await field.post(path, { note: "urgente" });
  expect(blank.status).toBe(422);
  expect(typedIn(blank, "note")).toBe("urgente");
  const answer = await field.post(path, {
    "wanted.id": "",
    "wanted.description": "P101 – Fusor 220 V",
    "wanted.quantity": "1",
    note: "urgente",
  });
  expect(wayOf(answer)).toBe(visit);
  expect((await field.get(path)).words).toContain("Fusor 220 V 1×");
});

/** The checklist's first question asks for a photo of what is not clean. */
async function askedForPhoto(): Promise<{ field: Field; visit: string }> {
  const { field, visit } = await onVisit(4);
  await field.phone.store.write(["rows"], async (tx) => {
    const rows = tx.objectStore("rows");
    const stored = (await rows.getAll()).find((row) => row.kind === "checklist");
    const body = stored?.body as ChecklistBody;
    const [first, ...others] = body.items;
    const asked = { ...first, bad: ["no"], photo: "when_bad" };
    if (stored) await rows.put({ ...stored, body: { ...body, items: [asked, ...others] } as ChecklistBody });
  });
  return { field, visit };
}

test("A bad answer keeps the form open until its photo was taken, and it is the question's", async () => {
  const { field, visit } = await askedForPhoto();
  const bad = { ...FILLED, "checklist.clean": "no" };
  const refused = await field.post(`${visit}/form`, bad);
  expect(refused.status).toBe(422);
  expect(refused.words).toContain("Tire a foto: Limpeza interna feita");
  expect(wayOf(await field.post(`${visit}/form`, { ...bad, photo: "clean" }))).toBe(
    `${visit}/photos?question=clean`,
  );
  expect((await field.get(`${visit}/photos?question=clean`)).words).toContain("Limpeza interna feita");
  const body = new FormData();
  body.append("photo", new Blob(["first photo"]), "photo.jpg");
  await field.postForm(`${visit}/photos`, body, { question: "clean" });
  const form = await field.get(`${visit}/form`);
  expect(form.words).toContain("Ver 1 foto");
  expect(form.text, "what was answered is still there").toMatch(/value="no"[^>]* checked/);
  expect(wayOf(await field.post(`${visit}/form`, bad))).toBe(visit);
  const { mutation } =
    (await queue(field.phone.store)).find((one) => one.mutation.name === "attach_photo") ?? {};
  expect(mutation?.args).toMatchObject({ question: "clean", slot: "other" });
});

test("A good answer asks for no photo, and a withdrawn one is none", async () => {
  const { field, visit } = await askedForPhoto();
  expect(wayOf(await field.post(`${visit}/form`, FILLED))).toBe(visit);
  const body = new FormData();
  body.append("photo", new Blob(["first photo"]), "photo.jpg");
  await field.postForm(`${visit}/photos`, body, { question: "clean" });
  const photoId = [...(await field.view()).visits.values()].flatMap((one) => one.photos).at(-1)?.id ?? "";
  await field.post(`${visit}/photos/${photoId}/withdrawal`, { [`reason-${photoId}`]: "Tremida" });
  expect((await field.post(`${visit}/form`, { ...FILLED, "checklist.clean": "no" })).status).toBe(422);
});

test("A photo that is withdrawn after the signature keeps the visit from being concluded", async () => {
  const { field, visit } = await askedForPhoto();
  const body = new FormData();
  body.append("photo", new Blob(["first photo"]), "photo.jpg");
  await field.postForm(`${visit}/photos`, body, { question: "clean" });
  await field.post(`${visit}/form`, { ...FILLED, "checklist.clean": "no" });
  await field.post(`${visit}/signature`, SIGNED);
  const photoId = [...(await field.view()).visits.values()].flatMap((one) => one.photos).at(-1)?.id ?? "";
  await field.post(`${visit}/photos/${photoId}/withdrawal`, { [`reason-${photoId}`]: "Tremida" });
  await field.post(`${visit}/completion`);
  const names = (await queue(field.phone.store)).map((one) => one.mutation.name);
  expect(names).not.toContain("complete_visit");
  expect((await field.get(`${visit}/form`)).text, "what was written is still there").toContain(
    "Rolete gasto",
  );
});
