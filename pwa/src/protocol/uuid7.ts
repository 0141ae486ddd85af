/**
 * UUIDv7 (RFC 9562): rows, mutations and files are named where they are born, in the order of their birth.
 */

let lastMs = 0;
let counter = 0;

/** Strictly growing within one context, even when the device's clock stands still or jumps back. */
export function uuid7(nowMs: number = Date.now(), random: Uint8Array = randomBytes(8)): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = 0;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = 0;
  }
  return formatUuid7(lastMs, counter, random);
}

/** Layout: 48 bits of milliseconds, version, 12 bits of counter, variant, 62 random bits. */
export function formatUuid7(ms: number, count: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, "0");
  const rand = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = (8 | (((random[0] ?? 0) >> 4) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, "0")}-${variant}${rand.slice(1, 4)}-${rand.slice(4, 16)}`;
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
