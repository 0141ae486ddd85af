import { expect, test } from "vitest";
import { selectVisit } from "../../src/commands/select-visit";
import { Field, typedIn, wayOf } from "./field-app";
import { fullDay, ORDERS } from "./full-day";

const ORDER = ORDERS[0] ?? "";

test("An order shows the door, the phone, the machine, its past and what was said before", async () => {
  const field = await Field.withAFullDay();
  const { words, text } = await field.get(`/field/orders/${ORDER}`);
  for (const word of [
    "Padaria São José",
    "Rua Felipe Schmidt, 515",
    "IM C3000",
    "45.210",
    "Carla Nunes",
    "Só na gaveta 2",
    "Estacionar nos fundos.",
    "Selecionar atendimento",
  ]) {
    expect(words).toContain(word);
  }
  expect(text).toContain("destination=-27.5969%2C-48.5495");
  expect(text).toContain('href="tel:48999123456"');
});

test("Selecting begins a visit and leads to it; another order then waits its turn", async () => {
  const field = await Field.withAFullDay();
  const answer = await field.post(`/field/orders/${ORDER}/visits`);
  expect(wayOf(answer)).toMatch(/^\/field\/visits\/[0-9a-f-]{36}$/);
  const second = await field.post(`/field/orders/${ORDERS[1]}/visits`);
  expect(second.status).toBe(422);
  expect(second.words).toContain("Conclua ou cancele antes o outro atendimento.");
  expect(second.words).toContain("Um atendimento por vez");
});

test("A note needs words; with words it is shown at once as being on the phone", async () => {
  const field = await Field.withAFullDay();
  const blank = await field.post(`/field/orders/${ORDER}/notes`, { body: "  " });
  expect(blank.status).toBe(422);
  expect(blank.text).toContain('aria-invalid="true"');
  expect(wayOf(await field.post(`/field/orders/${ORDER}/notes`, { body: "Portaria pede documento." }))).toBe(
    `/field/orders/${ORDER}`,
  );
  const { words } = await field.get(`/field/orders/${ORDER}`);
  expect(words).toContain("Portaria pede documento.");
  expect(words).toContain("no aparelho");
});

test("A telephone too short to be one is sent back with what was typed", async () => {
  const field = await Field.withAFullDay();
  const answer = await field.post(`/field/orders/${ORDER}/contact`, {
    requester_name: "João",
    requester_phone: "123",
  });
  expect(answer.status).toBe(422);
  expect(answer.words).toContain("Informe o telefone com DDD.");
  expect(typedIn(answer, "requester_name")).toBe("João");
  expect(typedIn(answer, "requester_phone")).toBe("123");
});

test("An order cancelled by the office while Bruno serves it says so, and lets him go on", async () => {
  const field = await Field.withAFullDay();
  const { visitId } = await selectVisit(field.phone.commands, { orderId: ORDER, position: null });
  const rows = fullDay(field.phone.clock.now()).filter(({ id }) => id === ORDER);
  await field.phone.fill(
    rows.map((row) => ({
      ...row,
      body: { ...(row.body as object), status: "C", cancel_reason: "Desistiu" },
    })),
  );
  const { words } = await field.get(`/field/visits/${visitId}`);
  expect(words).toContain("Chamado cancelado pela revenda");
  expect(words).toContain("Motivo: Desistiu");
  expect(words).toContain("Pode continuar");
  expect(words).toContain("Iniciar viagem");
});

test("An order given to somebody else has no way into a visit", async () => {
  const field = await Field.withAFullDay();
  const rows = fullDay(field.phone.clock.now()).filter(({ id }) => id === ORDER);
  await field.phone.fill(
    rows.map((row) => ({ ...row, body: { ...(row.body as object), technician_id: "somebody" } })),
  );
  const { words } = await field.get(`/field/orders/${ORDER}`);
  expect(words).toContain("Este chamado não está mais com você");
  expect(words).not.toContain("Selecionar atendimento");
});

test("An order that is not on the phone is a clear page with a way out", async () => {
  const field = await Field.withAFullDay();
  const { status, words } = await field.get("/field/orders/0192f000-0000-7000-8000-000000000000");
  expect(status).toBe(404);
  expect(words).toContain("Não está neste aparelho");
  expect(words).toContain("Ir para hoje");
});
