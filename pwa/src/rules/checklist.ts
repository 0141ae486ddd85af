/** What an answer of a checklist asks for: server/checklists/rules.py decides the same of what arrives. */
import type { ChecklistAnswer } from "../protocol/mutations";
import type { ChecklistBody, ChecklistItem } from "../protocol/rows";
import type { SeenPhoto } from "./seen";

export type Answers = Readonly<Record<string, ChecklistAnswer>>;

/** No answer is none. */
export function isBad(item: ChecklistItem, answer: ChecklistAnswer | undefined): boolean {
  if (answer === undefined || answer === null || answer === "") return false;
  if (item.type === "number") {
    const value = Number(answer);
    return (
      value < (item.minimum ?? Number.NEGATIVE_INFINITY) || value > (item.maximum ?? Number.POSITIVE_INFINITY)
    );
  }
  const said = typeof answer === "boolean" ? (answer ? "yes" : "no") : String(answer);
  return item.bad?.includes(said) ?? false;
}

export function wantsPhoto(item: ChecklistItem, answer: ChecklistAnswer | undefined): boolean {
  return item.photo === "always" || (item.photo === "when_bad" && isBad(item, answer));
}

export function photosOf(item: ChecklistItem, photos: readonly SeenPhoto[]): SeenPhoto[] {
  return photos.filter((photo) => photo.question === item.key && !photo.is_withdrawn);
}

/** Keys are `photo.<key>`; the file may still be on this phone alone. */
export function missingPhotos(
  checklist: ChecklistBody | null,
  answers: Answers,
  photos: readonly SeenPhoto[],
): Record<string, string> {
  const missing = (checklist?.items ?? []).filter(
    (item) => wantsPhoto(item, answers[item.key]) && photosOf(item, photos).length === 0,
  );
  return Object.fromEntries(missing.map((item) => [`photo.${item.key}`, `Tire a foto: ${item.label}`]));
}
