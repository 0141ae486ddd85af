import { expect, test } from "vitest";
import { isSignerDocument } from "../../src/rules/completion";
import { isTaxId } from "../../src/rules/tax-ids";

test("a CPF counts with and without punctuation", () => {
  expect(isTaxId("529.982.247-25")).toBe(true);
  expect(isTaxId("52998224725")).toBe(true);
});

test("a CPF with a wrong digit, or of one digit repeated, does not count", () => {
  expect(isTaxId("529.982.247-24")).toBe(false);
  expect(isTaxId("111.111.111-11")).toBe(false);
});

test("a CNPJ counts in its old and in its new form with letters", () => {
  expect(isTaxId("11.222.333/0001-81")).toBe(true);
  expect(isTaxId("12.ABC.345/01DE-35")).toBe(true);
  expect(isTaxId("11.222.333/0001-82")).toBe(false);
});

test("who signs may show a CPF or an identity card", () => {
  expect(isSignerDocument("529.982.247-25")).toBe(true);
  expect(isSignerDocument("4.567.890-X")).toBe(true);
  expect(isSignerDocument("529.982.247-20")).toBe(false);
  expect(isSignerDocument("12")).toBe(false);
});
