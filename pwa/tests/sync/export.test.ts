import { expect, test } from "vitest";
import { addNote } from "../../src/commands/add-note";
import { saveDraft } from "../../src/store/drafts";
import { storeFile } from "../../src/store/files";
import { exportOutbox, rescueOutbox } from "../../src/sync/export";
import { NoAnswer } from "../../src/sync/portal";
import { ORDER } from "../people";
import { Phone } from "../phone";
import { problem } from "./problem";

async function phoneWithWork(): Promise<Phone> {
  const phone = await Phone.withADay();
  await addNote(phone.commands, { orderId: ORDER, body: "Levar para o escritório" });
  await storeFile(phone.store, new Uint8Array([1, 2, 3]).buffer, "image/jpeg", phone.clock.now());
  return phone;
}

test("the export holds every mutation as written and every unsent file by its hash", async () => {
  const phone = await phoneWithWork();
  const response = await exportOutbox(phone.store, phone.clock.now());
  expect(response.headers.get("content-disposition")).toContain("attachment");
  const form = await response.formData();
  const manifest = JSON.parse(await (form.get("outbox") as File).text());
  expect(manifest).toMatchObject({ user_id: phone.userId, outbox: [{ mutation: { name: "add_note" } }] });
  const file = form.get("file") as File;
  expect(file.name).toBe(manifest.files[0].sha256);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
});

test("a signature that is still a draft is exported with its image", async () => {
  const phone = await phoneWithWork();
  const png = new Uint8Array([137, 80]).buffer;
  await saveDraft(phone.store, "signature/1", { png }, phone.clock.now());
  const form = await (await exportOutbox(phone.store, phone.clock.now())).formData();
  const manifest = JSON.parse(await (form.get("outbox") as File).text());
  expect(JSON.stringify(manifest.drafts)).toContain('{"bytes":"8950"}');
});

test("the same bytes are what a rescue sends; nothing leaves the phone's store by it", async () => {
  const phone = await phoneWithWork();
  const sent: unknown[] = [];
  const number = await rescueOutbox(
    phone.store,
    async (_url, init) => {
      sent.push(init?.body);
      return Response.json({ rescue_id: "r-1", sha256: "", size: 1 }, { status: 201 });
    },
    phone.clock.now(),
  );
  expect(number).toBe("r-1");
  expect((sent[0] as ArrayBuffer).byteLength).toBeGreaterThan(200);
  expect((await exportOutbox(phone.store, phone.clock.now())).ok).toBe(true);
});

test("a rescue that fails says why", async () => {
  const phone = await phoneWithWork();
  const busy = rescueOutbox(phone.store, async () => problem(503, "busy"), phone.clock.now());
  await expect(busy).rejects.toMatchObject({ code: "busy" });
  const offline = rescueOutbox(phone.store, () => Promise.reject(new TypeError()), phone.clock.now());
  await expect(offline).rejects.toBeInstanceOf(NoAnswer);
});
