/** The vectors in tests/vectors are the portal's, too: phone and portal must agree to the byte. */
import { expect, test } from "vitest";
import texts from "../../../tests/vectors/canonical-json.json";
import sums from "../../../tests/vectors/checksums.json";
import hashes from "../../../tests/vectors/fnv1a32.json";
import digests from "../../../tests/vectors/sha256.json";
import uuids from "../../../tests/vectors/uuid7.json";
import { canonicalJson, type Json } from "../../src/protocol/canonical-json";
import { checksums, fnv1a32, sameChecksums } from "../../src/protocol/checksum";
import { sha256 } from "../../src/protocol/sha256";
import { formatUuid7, uuid7 } from "../../src/protocol/uuid7";

test("FNV-1a hashes a text as the portal does", () => {
  for (const vector of hashes) {
    expect(fnv1a32(vector.text), vector.text).toBe(vector.fnv1a32);
  }
});

test("the checksum of a kind is its count and the XOR of its rows", () => {
  for (const vector of sums) {
    const rows = vector.rows.map(([kind, id, ver]) => ({
      kind: String(kind),
      id: String(id),
      ver: Number(ver),
    }));
    expect(checksums(rows)).toEqual(vector.checksums);
  }
});

test("a kind without rows is the same as a kind not named", () => {
  expect(sameChecksums({ order: [0, 0] }, {})).toBe(true);
  expect(sameChecksums({ order: [1, 5] }, { order: [1, 6] })).toBe(false);
});

test("canonical JSON sorts keys and has no spaces, and is sealed by its SHA-256", async () => {
  for (const vector of texts) {
    expect(canonicalJson(vector.value as Json)).toBe(vector.text);
    expect(await sha256(vector.text)).toBe(vector.sha256);
  }
});

test("what JSON cannot say is not hashed", () => {
  expect(() => canonicalJson({ speed: Number.NaN })).toThrow(TypeError);
});

test("SHA-256 of a text is that of its UTF-8 bytes", async () => {
  for (const vector of digests) {
    expect(await sha256(vector.text)).toBe(vector.sha256);
  }
});

test("a UUIDv7 is laid out as RFC 9562 says", () => {
  for (const vector of uuids) {
    const random = Uint8Array.from(vector.random.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    expect(formatUuid7(vector.ms, vector.counter, random)).toBe(vector.uuid);
  }
});

test("UUIDv7s grow even when the clock stands still or jumps back", () => {
  const made = Array.from({ length: 5_000 }, (_, i) =>
    uuid7(i < 4_500 ? 1_800_000_000_000 : 1_700_000_000_000),
  );
  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(made.length);
});
