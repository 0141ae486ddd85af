/** The library behind the camera reads what a DANFE prints: CODE-128 C, 44 digits. */
import Code128Reader from "@zxing/library/esm/core/oned/Code128Reader";
import { expect, test } from "vitest";
import { readCode128 } from "../src/ui/behaviours/bar-code";
import { KEY } from "./driver";

const [START_C, STOP] = [105, 106];
// The widths of all codes: private to the library's reader, and the same table for a writer.
const { CODE_PATTERNS } = Code128Reader as unknown as { CODE_PATTERNS: number[][] };

/** Black and white widths in modules. */
function bars(digits: string): number[] {
  const pairs = digits.match(/\d\d/g)?.map(Number) ?? [];
  const sum = pairs.reduce((total, value, index) => total + value * (index + 1), START_C);
  return [START_C, ...pairs, sum % 103, STOP].flatMap((code) => [...(CODE_PATTERNS[code] ?? [])]);
}

function photo(digits: string, modulePx: number): { data: Uint8ClampedArray; width: number; height: number } {
  const quiet = 12 * modulePx;
  const widths = bars(digits).map((modules) => modules * modulePx);
  const width = quiet * 2 + widths.reduce((a, b) => a + b, 0);
  const height = 120;
  const data = new Uint8ClampedArray(width * height * 4).fill(225);
  let x = quiet;
  widths.forEach((length, index) => {
    if (index % 2 === 0) {
      for (let y = 20; y < 100; y++) data.fill(40, (y * width + x) * 4, (y * width + x + length) * 4);
    }
    x += length;
  });
  return { data, width, height };
}

test("A printed key is read", () => {
  const { data, width, height } = photo(KEY, 3);
  expect(readCode128(data, width, height)).toBe(KEY);
});

test("A frame without a bar code says nothing", () => {
  expect(readCode128(new Uint8ClampedArray(640 * 120 * 4).fill(200), 640, 120)).toBeNull();
});
