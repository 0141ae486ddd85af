/** Decoding of forms: what a person typed, as text, with nothing assumed. */
import type { FieldContext } from "../ui/respond";

export class Fields {
  constructor(readonly data: FormData) {}

  /** Trimmed; empty where the field is missing. */
  text(name: string): string {
    const value = this.data.get(name);
    return typeof value === "string" ? value.trim() : "";
  }

  all(name: string): string[] {
    return this.data.getAll(name).map((value) => (typeof value === "string" ? value.trim() : ""));
  }

  isChecked(name: string): boolean {
    return this.data.has(name);
  }

  files(name: string): File[] {
    return this.data.getAll(name).filter((value): value is File => value instanceof File && value.size > 0);
  }

  /** Every text field, for showing again what was refused. */
  toRecord(): Record<string, string> {
    return Object.fromEntries([...this.data].flatMap(([k, v]) => (typeof v === "string" ? [[k, v]] : [])));
  }
}

export async function fieldsOf(c: FieldContext): Promise<Fields> {
  return new Fields(await c.req.formData());
}

/** `1.234` and `1234` are twelve hundred and thirty-four; null where it is no whole number. */
export function wholeNumber(text: string): number | null {
  const digits = text.replace(/[.\s]/g, "");
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
}

/** `2,5` and `2.5` are two and a half; null where it is no number. */
export function decimal(text: string): number | null {
  const plain = text.includes(",") ? text.replace(/\./g, "").replace(",", ".") : text;
  return /^\d+(\.\d+)?$/.test(plain.trim()) ? Number(plain) : null;
}
