/**
 * The checksum of a kind: how many rows, and the XOR of FNV-1a over "kind/id/ver" (sync-protocol.md, Pull).
 */
import type { Checksums } from "./wire";

export function fnv1a32(text: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 16777619);
  }
  return hash >>> 0;
}

export function checksums(rows: Iterable<{ kind: string; id: string; ver: number }>): Checksums {
  const sums: Checksums = {};
  for (const { kind, id, ver } of rows) {
    const [count, xor] = sums[kind] ?? [0, 0];
    sums[kind] = [count + 1, (xor ^ fnv1a32(`${kind}/${id}/${ver}`)) >>> 0];
  }
  return sums;
}

/** A kind without rows may be left out or be [0, 0]: both say the same. */
export function sameChecksums(mine: Checksums, theirs: Checksums): boolean {
  const kinds = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  return [...kinds].every((kind) => {
    const [count, xor] = mine[kind] ?? [0, 0];
    const [theirCount, theirXor] = theirs[kind] ?? [0, 0];
    return count === theirCount && xor === theirXor;
  });
}
