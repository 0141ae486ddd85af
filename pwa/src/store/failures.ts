/**
 * What can go wrong on the phone itself, as a person may read it. Commands throw these; the app turns them
 * into a page with a way out.
 */
import type { FieldErrors } from "../rules/completion";

/** The rule says no: nothing was written. */
export class Refusal extends Error {
  override name = "Refusal";

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly fields: FieldErrors = {},
  ) {
    super(message);
  }
}

export type RefusalCode =
  | "not_found"
  | "step_not_possible"
  | "another_visit_open"
  | "visit_closed"
  | "order_closed"
  | "not_allowed"
  | "missing_fields"
  | "photo_unreadable"
  | "unsent_work"
  | "too_late";

/** The phone's storage is full: the transaction was undone, what was there before is untouched. */
export class StorageFull extends Error {
  override name = "StorageFull";

  constructor() {
    super(
      "Este último registro não foi salvo. O que já estava salvo continua aqui: libere espaço e tente de novo.",
    );
  }
}

/** The database cannot be opened now: another version of the app holds it, or the browser lost it. */
export class StorageUnavailable extends Error {
  override name = "StorageUnavailable";

  constructor() {
    super(
      "Não foi possível abrir os dados neste aparelho. Feche as outras janelas do aplicativo e tente de novo.",
    );
  }
}
