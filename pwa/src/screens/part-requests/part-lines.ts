/** Lines of parts as they are typed: a name (from the list or free) and a quantity. */
import type { PartBody, PartLine } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row } from "../../rules/seen";
import { decimal, type Fields } from "../form-data";

export interface DraftPart {
  id: string;
  description: string;
  quantity: string;
}

/** Which list of a form the lines belong to; part of their fields' names. */
export type PartList = "used" | "wanted";

/** What the list offers and what is typed when a line of it is chosen. */
export function partText(part: PartBody): string {
  return `${part.code} – ${part.name}`;
}

/** Lines left blank are no lines. `newId` gives a line born here its id. */
export function draftParts(fields: Fields, list: PartList, newId: () => string): DraftPart[] {
  const ids = fields.all(`${list}.id`);
  const quantities = fields.all(`${list}.quantity`);
  return fields
    .all(`${list}.description`)
    .map((description, i) => ({ id: ids[i] || newId(), description, quantity: quantities[i] ?? "" }))
    .filter(({ description, quantity }) => description !== "" || (quantity !== "" && quantity !== "1"));
}

/** Errors are named `<list>.<index>`. */
export function partLines(
  list: PartList,
  drafts: readonly DraftPart[],
  known: readonly Row<PartBody>[],
): { lines: PartLine[]; errors: FieldErrors } {
  const errors: FieldErrors = {};
  const lines = drafts.flatMap(({ id, description, quantity }, i) => {
    const count = decimal(quantity);
    if (description === "") errors[`${list}.${i}`] = "Diga qual é a peça.";
    else if (count === null || count <= 0) errors[`${list}.${i}`] = `Informe a quantidade de ${description}.`;
    if (description === "" || count === null || count <= 0) return [];
    const part = known.find((one) => partText(one) === description || one.code === description);
    return [{ id, part_id: part?.id ?? null, description: part?.name ?? description, quantity: count }];
  });
  return { lines, errors };
}
