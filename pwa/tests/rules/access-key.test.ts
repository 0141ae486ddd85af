import { expect, test } from "vitest";
import { accessKeyIn, isAccessKey, numberIn } from "../../src/rules/access-key";
import { KEY } from "../driver";

test("A key is 44 digits, however they are spaced", () => {
  expect(accessKeyIn(KEY.replace(/(.{4})/g, "$1 "))).toBe(KEY);
  expect(accessKeyIn(KEY.slice(1))).toBeNull();
  expect(accessKeyIn(`${KEY}0`)).toBeNull();
});

test("Its last digit checks the others: no single wrong digit passes, nor most swapped neighbours", () => {
  expect(isAccessKey(KEY)).toBe(true);
  for (let i = 0; i < 44; i++) {
    const wrong = (Number(KEY[i]) + 1) % 10;
    expect(isAccessKey(KEY.slice(0, i) + wrong + KEY.slice(i + 1)), `digit ${i}`).toBe(false);
  }
  const swapped = `${KEY[1]}${KEY[0]}${KEY.slice(2)}`;
  expect(isAccessKey(swapped)).toBe(false);
});

test("A key of the manual's kind of example: remainder 0 or 1 gives the digit 0", () => {
  const bodies = Array.from({ length: 40 }, (_, i) => KEY.slice(0, 39) + String(1000 + i));
  const digits = bodies.map((body) => [...Array(10).keys()].filter((d) => isAccessKey(body + d)));
  expect(digits.every((fitting) => fitting.length === 1)).toBe(true);
  expect(digits.flat()).toContain(0);
});

test("The invoice's number stands inside", () => {
  expect(numberIn(KEY)).toBe("900");
});
