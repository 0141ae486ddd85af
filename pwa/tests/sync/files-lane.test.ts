import { expect, test } from "vitest";
import { visitOf } from "../../src/rules/seen";
import { listFiles, readFile } from "../../src/store/files";
import { queue } from "../../src/store/outbox";
import { readView } from "../../src/store/view";
import { ORDER } from "../people";
import type { Fault } from "./fake-portal";
import { Story } from "./office";
import { problem } from "./problem";

const PHOTO = crypto.getRandomValues(new Uint8Array(25_000));

/** Bruno on the way with one photo taken; chunks small enough to be cut in between. */
async function withPhoto(): Promise<{ story: Story; hash: string }> {
  const story = await Story.begin();
  story.portal.limits = { ...story.portal.limits, file_chunk_bytes: 10_000 };
  const visitId = await story.travel();
  const { sha256 } = await story.photo(visitId, PHOTO);
  return { story, hash: sha256 };
}

test("a photo arrives whole, in pieces, and is then received", async () => {
  const { story, hash } = await withPhoto();
  expect(await story.sync()).toBe("done");
  expect(story.portal.files.get(hash)).toEqual(PHOTO);
  expect(story.portal.log.filter((line) => line.startsWith("PATCH"))).toHaveLength(3);
  expect((await listFiles(story.phone.store))[0]).toMatchObject({ state: "received", problem: null });
});

for (const fault of ["lost", "answer_lost", "error_after_commit", "cut", 401, 500, 503] as Fault[]) {
  test(`a photo cut by "${fault}" goes on where it stopped`, async () => {
    const { story, hash } = await withPhoto();
    story.portal.faults.push(
      { path: /pull/, fault: "lost" }, // never reaches the files
      { path: /files\/.+/, fault },
    );
    await story.sync();
    await story.sync();
    await story.sync();
    expect(story.portal.files.get(hash)).toEqual(PHOTO);
    expect((await listFiles(story.phone.store))[0]?.state).toBe("received");
    expect(story.portal.uploads.size).toBe(1);
  });
}

test("an upload that the portal forgot is made again", async () => {
  const { story, hash } = await withPhoto();
  story.portal.fail(/files\/.+/, "answer_lost");
  await story.sync();
  story.portal.uploads.clear();
  await story.sync();
  expect(story.portal.files.has(hash)).toBe(true);
});

test("a file the portal already has is not sent again", async () => {
  const { story, hash } = await withPhoto();
  story.portal.files.set(hash, PHOTO);
  await story.sync();
  expect(story.portal.log.filter((line) => line.startsWith("PATCH"))).toEqual([]);
  expect((await listFiles(story.phone.store))[0]?.state).toBe("received");
});

test("a refused file keeps its bytes and holds nobody up", async () => {
  const { story, hash } = await withPhoto();
  const visitId = visitOf(await readView(story.phone.store), ORDER)?.id ?? "";
  story.phone.clock.pass(60);
  const second = await story.photo(visitId, PHOTO.slice(0, 100));
  const { fetch } = story.portal;
  let refusals = 0;
  story.portal.fetch = async (url, init) => {
    if (init?.method === "POST" && url === "/sync/v1/files" && refusals++ === 0) {
      return problem(415, "file_type_refused", { type: "text/html" });
    }
    return fetch(url, init);
  };
  expect(await story.sync()).toBe("done");
  expect((await listFiles(story.phone.store)).map((file) => file.state)).toEqual(["refused", "received"]);
  expect((await readFile(story.phone.store, hash))?.bytes.byteLength).toBe(PHOTO.byteLength);
  expect(story.portal.files.has(second.sha256)).toBe(true);
});

test("a push that fails does not keep the files from going", async () => {
  const { story, hash } = await withPhoto();
  story.portal.fail(/push/, 500);
  expect(await story.sync()).toBe("failed");
  expect(story.portal.files.has(hash)).toBe(true);
  expect((await queue(story.phone.store)).every((entry) => entry.state === "waiting")).toBe(true);
});

test("the bytes leave the phone only with a receipt and when no screen shows them", async () => {
  const { story, hash } = await withPhoto();
  story.portal.fail(/files/, "lost");
  await story.sync();
  expect(await readFile(story.phone.store, hash)).not.toBeNull();
  await story.sync();
  expect(await readFile(story.phone.store, hash)).not.toBeNull();
  const [visitId] = [...story.portal.rows.values()].flatMap(({ kind, id }) => (kind === "visit" ? [id] : []));
  story.portal.rows.delete(`visit/${visitId}`); // served long ago: it left the view
  await story.sync();
  expect(await readFile(story.phone.store, hash)).toBeNull();
  expect((await listFiles(story.phone.store))[0]).toMatchObject({ state: "received", isHere: false });
});

test("a portal that died with all bytes and no receipt is asked to finish", async () => {
  const { story, hash } = await withPhoto();
  story.portal.fail(/files\/.+/, "answer_lost");
  await story.sync();
  const upload = [...story.portal.uploads.values()][0];
  if (upload === undefined) {
    throw new Error("no upload was begun");
  }
  upload.bytes = PHOTO;
  await story.sync();
  expect(story.portal.files.has(hash)).toBe(true);
  expect((await listFiles(story.phone.store))[0]?.state).toBe("received");
});
