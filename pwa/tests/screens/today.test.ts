import { expect, test } from "vitest";
import { selectVisit } from "../../src/commands/select-visit";
import { Phone } from "../phone";
import { Field, wayOf } from "./field-app";
import { fullDay, ORDERS } from "./full-day";

test("Bruno opens the day: what is late comes first, what waits for parts apart, what ended last", async () => {
  const field = await Field.withAFullDay();
  const { status, text, words } = await field.get("/field/");
  expect(status).toBe(200);
  expect(text).toMatch(/^<!doctype html>/);
  expect(words).toContain("6 chamados, 1 atrasado");
  const order = ["Próximos", "Padaria São José", "Clínica Vida", "Aguardando peça", "Encerrados hoje"];
  const places = order.map((word) => words.indexOf(word));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(words).toContain("Atrasado 1 h 35 min");
  expect(words).toContain("até 09:10 agendado 08:40");
});

test("A page has no inline script and no style attribute, as the CSP asks", async () => {
  const field = await Field.withAFullDay();
  for (const path of ["/field/", `/field/orders/${ORDERS[0]}`, "/field/sync", "/field/account"]) {
    const { text } = await field.get(path);
    expect(text).not.toMatch(/ style="/);
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
    expect(text).not.toMatch(/ on[a-z]+="/);
  }
});

test("htmx gets the frame alone, with its title, and the same words", async () => {
  const field = await Field.withAFullDay();
  const [page, frame] = [await field.get("/field/"), await field.swap("/field/")];
  expect(frame.text).toMatch(/^<title>Hoje · PWS Campo<\/title><div id="screen"/);
  expect(page.text).toContain(frame.text.replace(/^<title>.*?<\/title>/, ""));
});

test("The visit that Bruno is on comes before everything else and leads to its timeline", async () => {
  const field = await Field.withAFullDay();
  const { visitId } = await selectVisit(field.phone.commands, { orderId: ORDERS[2] ?? "", position: null });
  const { words, text } = await field.get("/field/");
  expect(words.indexOf("Em atendimento")).toBeLessThan(words.indexOf("Próximos"));
  expect(text).toContain(`href="/field/visits/${visitId}"`);
});

test("An order that ended pending waits, and comes back to the day when it is dispatched again", async () => {
  const field = await Field.withAFullDay();
  const ended = fullDay(field.phone.clock.now()).filter(({ id }) => id === ORDERS[6]);
  const withStatus = (status: string) =>
    field.phone.fill(ended.map((row) => ({ ...row, body: { ...(row.body as object), status } })));
  await withStatus("P");
  const { words } = await field.get("/field/");
  expect(words.indexOf("Contabilidade Régis")).toBeGreaterThan(words.indexOf("Aguardando peça"));
  expect(words).not.toContain("Encerrados hoje");
  await withStatus("E");
  expect((await field.get("/field/")).words).toContain("Próximos (5)");
});

test("Distances appear once the person asked for them, and stay on the phone", async () => {
  const field = await Field.withAFullDay();
  field.phone.clock.pass(5 * 3600);
  expect((await field.get("/field/")).words).toContain("Mostrar distâncias");
  expect(wayOf(await field.post("/field/position"))).toBe("/field/");
  const { words } = await field.get("/field/");
  expect(words).not.toContain("Mostrar distâncias");
  expect(words).toMatch(/\d,\d km/);
  expect(field.phone.writes).toBe(0);
});

test("Before the first sync the day says that it is being fetched", async () => {
  const { words } = await new Field(new Phone()).get("/field/");
  expect(words).toContain("Buscando seus chamados");
});

test("Nobody logged in: every address leads to the login", async () => {
  const field = await Field.withAFullDay();
  field.isLoggedIn = false;
  const answer = await field.get("/field/sync");
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("/field/login");
  expect((await field.get("/field/login")).words).toContain("Senha");
});
