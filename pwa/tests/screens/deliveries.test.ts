import { expect, test } from "vitest";
import type { View } from "../../src/rules/seen";
import { releaseHeld } from "../../src/store/held";
import { queue } from "../../src/store/outbox";
import { aRound, KEY, NF_900, NF_901, NF_902 } from "../driver";
import { Phone } from "../phone";
import { Field, typedIn, wayOf } from "./field-app";

const PEN = {
  strokes: '[{"points":[{"x":1,"y":2}]}]',
  pad_size: "300x200",
  png: "data:image/png;base64,iVBORw0K",
};
const SAID = {
  outcome: "delivered",
  receiver_name: "Rosa Lima",
  receiver_document: "529.982.247-25",
  happened_at: "2026-03-02T07:30",
  note: "",
  ...PEN,
};

async function onTheRoad(change: ConstructorParameters<typeof Field>[1] = {}): Promise<Field> {
  const phone = new Phone();
  await phone.fill(aRound());
  return new Field(phone, change, "driver");
}

async function attempts(field: Field): Promise<string[]> {
  return [...(await field.view()).deliveries.values()].map((one) => `${one.outcome} ${one.receipt}`);
}

async function invoiceOf(
  field: Field,
  id: string,
): Promise<View["invoices"] extends Map<string, infer I> ? I : never> {
  const invoice = (await field.view()).invoices.get(id);
  if (!invoice) throw new Error("not there");
  return invoice;
}

/** What its first place is called. */
function dockOf(text: string): string | undefined {
  return /aria-label="Principal">.*?<\/svg><\/span>([^<]+)/s.exec(text)?.[1];
}

/** Of the order by hand: the invoices' ids, top first. */
function placesOf({ text }: { text: string }): string[] {
  return [...text.matchAll(/data-sortable-item="([^"]+)"/g)].map((match) => match[1] ?? "");
}

async function pass(field: Field, seconds: number): Promise<number> {
  field.phone.clock.pass(seconds);
  return releaseHeld(field.phone.store, field.phone.clock.now());
}

test("A driver opens the day on the list: pending ones, what is late said, no technician's words", async () => {
  const field = await onTheRoad();
  const { words, status } = await field.get("/field/");
  expect(status).toBe(200);
  expect(words).toContain("3 entregas pendentes, 1 atrasada");
  expect(words).toContain("NF 900");
  expect(words).not.toContain("chamado");
});

test("Wherever a driver is, the way back to the day says Entregas, and a technician's says Hoje", async () => {
  const driver = await onTheRoad();
  const technician = new Field(driver.phone);
  for (const path of ["/field/", "/field/sync", "/field/account", "/field/deliveries/nowhere"]) {
    expect(dockOf((await driver.get(path)).text), path).toBe("Entregas");
  }
  expect(dockOf((await technician.get("/field/sync")).text)).toBe("Hoje");
});

test("The list is put in order by distance, by hand, and found by number, customer or city", async () => {
  const field = await onTheRoad();
  await field.post("/field/deliveries/distances");
  const byDistance = (await field.get("/field/")).words;
  expect(byDistance.indexOf("NF 902")).toBeLessThan(byDistance.indexOf("NF 901"));
  await field.post("/field/deliveries/route");
  await field.post("/field/deliveries/moves", { id: NF_901, by: "-2" });
  const byHand = (await field.get("/field/")).words;
  expect(byHand.indexOf("NF 901")).toBeLessThan(byHand.indexOf("NF 900"));
  for (const [text, number] of [
    ["901", "NF 901"],
    ["escola", "NF 901"],
    ["sao jose sol", "NF 901"],
  ]) {
    const found = (await field.get(`/field/deliveries?q=${encodeURIComponent(text ?? "")}`)).words;
    expect(found).toContain(number);
    expect(found).not.toContain("NF 900");
  }
  expect((await field.get("/field/deliveries?q=nada")).words).toContain("Nada com");
});

test("Two taps at once on the order by hand both count", async () => {
  const field = await onTheRoad();
  await field.post("/field/deliveries/route");
  const before = placesOf(await field.get("/field/"));
  await Promise.all([
    field.post("/field/deliveries/moves", { id: before[0] ?? "", by: "2" }),
    field.post("/field/deliveries/moves", { id: before[1] ?? "", by: "1" }),
  ]);
  const after = placesOf(await field.get("/field/"));
  expect([...after].sort()).toEqual([...before].sort());
  expect(after).toEqual([before[2], before[1], before[0]]);
});

test("A delivery shows where, what and how to reach the customer", async () => {
  const field = await onTheRoad();
  const { words, text } = await field.get(`/field/deliveries/${NF_900}`);
  for (const word of [
    "Padaria São José",
    "Rua das Flores",
    "Navegar",
    "Volumes 3",
    "Portaria 2",
    "Entreguei",
  ]) {
    expect(words).toContain(word);
  }
  expect(text).toContain("google.com/maps");
});

test("A confirmed delivery is seen at once, and leaves the phone only after ten seconds", async () => {
  let until: Date | null = null;
  const field = await onTheRoad({
    releaseAt: (at) => {
      until = at;
    },
  });
  const answer = await field.post(`/field/deliveries/${NF_900}/confirmation`, SAID);
  expect(wayOf(answer)).toBe(`/field/deliveries/${NF_900}`);
  expect((await invoiceOf(field, NF_900)).delivery_status).toBe("delivered");
  expect(await queue(field.phone.store)).toEqual([]);
  expect(until).toEqual(new Date(field.phone.clock.now().getTime() + 10_000));
  expect((await field.get(`/field/deliveries/${NF_900}`)).words).toContain("Desfazer");
  expect(await pass(field, 9)).toBe(0);
  expect(await pass(field, 1)).toBe(1);
  const [entry] = await queue(field.phone.store);
  expect(entry?.mutation).toMatchObject({
    seq: 1,
    name: "confirm_delivery",
    occurred_at: "2026-03-02T11:00:00.000Z",
    base: { [`invoice/${NF_900}`]: 11 },
    args: { invoice_id: NF_900, outcome: "delivered", receiver_name: "Rosa Lima", photos: [] },
  });
  expect(await pass(field, 60)).toBe(0);
  expect(await attempts(field)).toEqual(["delivered device"]);
  expect((await field.get(`/field/deliveries/${NF_900}`)).words).not.toContain("Desfazer");
});

test("What is undone leaves no trace and no gap; too late it is said so", async () => {
  const field = await onTheRoad();
  await field.post(`/field/deliveries/${NF_900}/confirmation`, SAID);
  const id = [...(await field.view()).deliveries.keys()][0] ?? "";
  await field.post(`/field/deliveries/${NF_900}/attempts/${id}/undo`);
  expect((await invoiceOf(field, NF_900)).delivery_status).toBe("pending");
  await field.post(`/field/deliveries/${NF_901}/failure`, {
    reason: "receiver_absent",
    note: "",
    happened_at: SAID.happened_at,
  });
  await pass(field, 10);
  expect((await queue(field.phone.store)).map(({ seq, mutation }) => [seq, mutation.name])).toEqual([
    [1, "report_failed_delivery"],
  ]);
  const failed = [...(await field.view()).deliveries.keys()][0] ?? "";
  expect((await field.post(`/field/deliveries/${NF_901}/attempts/${failed}/undo`)).status).toBe(422);
});

test("A part and a failure leave the invoice for another attempt", async () => {
  const field = await onTheRoad();
  const part = { ...SAID, outcome: "partial" };
  expect((await field.post(`/field/deliveries/${NF_900}/confirmation`, part)).words).toContain(
    "não foi entregue",
  );
  await field.post(`/field/deliveries/${NF_900}/confirmation`, { ...part, note: "Falta 1 volume" });
  await pass(field, 10);
  expect(await invoiceOf(field, NF_900)).toMatchObject({
    delivery_status: "pending",
    last_outcome: "partial",
  });
  expect((await field.get(`/field/deliveries/${NF_900}`)).words).toContain("Entreguei");
});

test("A failure wants its reason, and another reason wants words", async () => {
  const field = await onTheRoad();
  const path = `/field/deliveries/${NF_900}/failure`;
  const nothing = { note: "", happened_at: SAID.happened_at };
  expect((await field.post(path, nothing)).words).toContain("Diga por que não foi entregue");
  expect((await field.post(path, { ...nothing, reason: "other" })).words).toContain("Descreva o motivo");
  expect(await attempts(field)).toEqual([]);
});

test("Name and time are enough, until the reseller asks for more", async () => {
  const field = await onTheRoad();
  const bare = {
    outcome: "delivered",
    receiver_name: "Rosa",
    receiver_document: "",
    happened_at: SAID.happened_at,
  };
  const policy = {
    is_document_required: true,
    is_signature_required: true,
    is_photo_required: true,
    is_position_required: true,
    due_days: 3,
  };
  await field.phone.fill([{ kind: "delivery_policy", id: "p", ver: 1, body: policy }]);
  const { words, status } = await field.post(`/field/deliveries/${NF_900}/confirmation`, bare);
  expect(status).toBe(422);
  for (const word of ["documento de quem recebeu", "assinatura de quem recebeu", "foto da entrega"]) {
    expect(words).toContain(word);
  }
  await field.phone.fill([
    {
      kind: "delivery_policy",
      id: "p",
      ver: 2,
      body: {
        ...policy,
        is_document_required: false,
        is_signature_required: false,
        is_photo_required: false,
      },
    },
  ]);
  expect(wayOf(await field.post(`/field/deliveries/${NF_900}/confirmation`, bare))).not.toBe("");
});

test.each([
  ["receiver_name", { receiver_name: "R" }, "nome de quem recebeu"],
  ["receiver_document", { receiver_document: "529.982.247-26" }, "CPF, CNPJ ou RG"],
  ["happened_at", { happened_at: "" }, "data e a hora"],
  ["happened_at", { happened_at: "2026-03-09T08:00" }, "ainda não chegou"],
])("A wrong %s is said beside the field, and nothing typed is lost", async (_name, change, word) => {
  const field = await onTheRoad();
  const answer = await field.post(`/field/deliveries/${NF_900}/confirmation`, { ...SAID, ...change });
  expect(answer.status).toBe(422);
  expect(answer.words).toContain(word);
  expect(answer.text).toContain("strokes");
  expect(await attempts(field)).toEqual([]);
});

test("The draft of a door survives: text, strokes and photos, and goes with the record", async () => {
  const field = await onTheRoad();
  const path = `/field/deliveries/${NF_900}/confirmation`;
  await field.post(`${path}/draft`, {
    receiver_name: "Ros",
    strokes: PEN.strokes,
    pad_size: "300x200",
    png: "",
  });
  const body = new FormData();
  body.append("photo", new File(["jpeg"], "photo.jpg", { type: "image/jpeg" }));
  await field.postForm(`${path}/photos`, body, {});
  const again = await field.get(path);
  expect(typedIn(again, "receiver_name")).toBe("Ros");
  expect(again.text).toContain("data-photo=");
  await field.post(path, SAID);
  const [delivery] = [...(await field.view()).deliveries.values()];
  expect(delivery?.files.map((file) => file.kind)).toEqual(["signature", "photo"]);
  expect((await field.get(`/field/deliveries/${NF_901}/confirmation`)).text).not.toContain("data-photo=");
});

test("A DANFE's key leads to its invoice; a wrong digit and a stranger's note are said", async () => {
  const field = await onTheRoad();
  const ask = (access_key: string) => field.post("/field/deliveries/access-key", { access_key });
  expect(wayOf(await ask(KEY))).toBe(`/field/deliveries/${NF_900}`);
  expect((await ask(`${KEY.slice(0, 43)}0`)).words).toContain("não confere");
  expect((await ask("123")).words).toContain("44 números");
  await field.phone.store.write(["rows"], (tx) => tx.objectStore("rows").delete(["invoice", NF_900]));
  expect((await ask(KEY)).words).toContain("A nota 900 não está na sua lista");
});

test("What was sent can be withdrawn with a reason, and the invoice is pending again", async () => {
  const field = await onTheRoad();
  await field.post(`/field/deliveries/${NF_900}/confirmation`, SAID);
  await pass(field, 10);
  const id = [...(await field.view()).deliveries.keys()][0] ?? "";
  const path = `/field/deliveries/${NF_900}/attempts/${id}/withdrawal`;
  expect((await field.post(path, {})).status).toBe(422);
  await field.post(path, { [`reason-${id}`]: "Nota errada" });
  expect((await invoiceOf(field, NF_900)).delivery_status).toBe("pending");
  expect((await queue(field.phone.store)).map(({ mutation }) => mutation.name)).toEqual([
    "confirm_delivery",
    "withdraw_delivery",
  ]);
});

test("Invoices that are late, cancelled or elsewhere say so", async () => {
  const field = await onTheRoad();
  await field.phone.fill(
    aRound()
      .filter(({ id }) => id === NF_902)
      .map((row) => ({ ...row, body: { ...(row.body as object), is_active: false } })),
  );
  expect((await field.get(`/field/deliveries/${NF_902}`)).words).toContain("cancelou esta nota");
  expect((await field.get("/field/deliveries/0192f000-0000-7000-8000-00000000f999")).status).toBe(404);
});
