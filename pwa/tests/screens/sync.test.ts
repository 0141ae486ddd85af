import { expect, test } from "vitest";
import { addNote } from "../../src/commands/add-note";
import { selectVisit } from "../../src/commands/select-visit";
import { storeFile } from "../../src/store/files";
import { writeMeta } from "../../src/store/meta";
import { Field, wayOf } from "./field-app";
import { CUSTOMERS, ORDERS } from "./full-day";

const ORDER = ORDERS[0] ?? "";

test("What waits is named with its order, and the badge counts it on every screen", async () => {
  const field = await Field.withAFullDay();
  await addNote(field.phone.commands, { orderId: ORDER, body: "Portaria" });
  await storeFile(field.phone.store, new TextEncoder().encode("jpeg").buffer, "image/jpeg", new Date(0));
  const { words } = await field.get("/field/sync");
  expect(words).toContain("A enviar (1)");
  expect(words).toContain("Observação Chamado 1042, Padaria São José");
  expect(words).toContain("Capturadas 1 ≠ Recebidas 0");
  expect(words).toContain("1,4 MB de 1,9 GB");
  const glance = await field.swap("/field/sync/glance");
  expect(glance.words).toContain("2 a enviar");
  expect(glance.text).toContain('hx-swap-oob="true"');
});

test("A session that ended asks to come in again and says that nothing is lost", async () => {
  const field = await Field.withAFullDay();
  await writeMeta(field.phone.store, {
    sync_status: { phase: "login_required", message: null, code: null, attempts: 0, next_attempt_at: null },
  });
  const { words } = await field.get("/field/sync");
  expect(words).toContain("Entre de novo: nada se perdeu");
  expect((await field.get("/field/")).words).toContain("Sincronização: Entre de novo");
  expect((await field.get("/field/login")).words).toContain("Continuar sem entrar");
});

test("A copied installation that goes on under a new name says so until it was read", async () => {
  const field = await Field.withAFullDay();
  await writeMeta(field.phone.store, { forked_at: "2026-03-02T11:00:00.000Z" });
  expect((await field.get("/field/sync")).words).toContain("Este aparelho ganhou um nome novo");
  await field.post("/field/sync/new-name/acknowledgement");
  expect((await field.get("/field/sync")).words).not.toContain("nome novo");
});

test("What the portal refused says why until it was read", async () => {
  const field = await Field.withAFullDay();
  const { seq } = await selectVisit(field.phone.commands, { orderId: ORDER, position: null });
  await field.phone.store.write(["outbox"], async (tx) => {
    const entry = await tx.objectStore("outbox").get(seq);
    if (!entry) throw new Error("the outbox lost it");
    const message = "A revenda passou este chamado a Carla.";
    const result = { seq, uid: entry.mutation.uid, code: "order_not_yours", message, at: "", data: {} };
    await tx
      .objectStore("outbox")
      .put({ ...entry, state: "rejected", result: { ...result, status: "rejected" } });
  });
  const { words } = await field.get("/field/sync");
  expect(words).toContain("A revenda passou este chamado a Carla.");
  expect(words).toContain("1 aviso");
  await field.post(`/field/sync/troubles/${seq}/acknowledgement`);
  expect((await field.get("/field/sync")).words).not.toContain("Entendi");
});

test("Synchronizing, testing and exporting are there; a rescue that fails says what else to do", async () => {
  const field = await Field.withAFullDay();
  expect(wayOf(await field.post("/field/sync/runs"))).toBe("/field/sync");
  expect(field.syncs).toBe(1);
  expect((await field.post("/field/sync/self-tests")).words).toContain("Pronto para ficar sem rede");
  expect((await field.swap("/field/sync/export")).headers.get("content-disposition")).toContain("attachment");
  const rescue = await field.post("/field/sync/rescues");
  expect(rescue.status).toBe(503);
  expect(rescue.words).toContain("Exportar arquivo");
});

test("Leaving with unsent work is asked a second time", async () => {
  const field = await Field.withAFullDay();
  const asked = await field.post("/field/account/logout");
  expect(asked.status).toBe(422);
  expect(asked.words).toContain("2 registros e 1 arquivo");
  const left = await field.post("/field/account/logout", { insist: "keep" });
  expect(left.headers.get("hx-redirect")).toBe("/field/login");
});

test("Conta says what is recorded about the technician", async () => {
  const { words } = await (await Field.withAFullDay()).get("/field/account");
  expect(words).toContain("Bruno Weber");
  expect(words).toContain("ABCD1234");
  expect(words).toContain("somente entre Viagem iniciada e Chegada no cliente");
  expect(words).toContain("nenhuma posição sai deste aparelho");
});

test("A login without network keeps the e-mail and says why", async () => {
  const field = await Field.withAFullDay();
  field.isLoggedIn = false;
  const answer = await field.post("/field/login", { email: "bruno@copiasdosul.com.br", password: "segredo" });
  expect(answer.status).toBe(503);
  expect(answer.words).toContain("Sem rede agora.");
  expect(answer.text).toContain('value="bruno@copiasdosul.com.br"');
  expect(answer.text).not.toContain("segredo");
});

test("A call is opened for a customer and a machine that the phone knows", async () => {
  const field = await Field.withAFullDay();
  const chosen = await field.post("/field/orders/new/draft", {
    customer_id: CUSTOMERS[1] ?? "",
    description: "Não puxa papel",
    chosen: "customer",
  });
  expect(chosen.words).toContain("ECOSYS M3655idn");
  expect(chosen.text).not.toContain("textarea");
  expect((await field.get("/field/orders/new")).words).toContain("Não puxa papel");
  expect((await field.post("/field/orders/new", { description: "" })).words).toContain("Escolha o cliente.");
  const opened = await field.post("/field/orders/new", {
    customer_id: CUSTOMERS[1] ?? "",
    description: "Não puxa papel",
  });
  const order = await field.get(wayOf(opened));
  expect(order.words).toContain("Chamado novo");
  expect(order.words).toContain("Não puxa papel");
});
