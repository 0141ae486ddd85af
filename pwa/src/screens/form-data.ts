/** Decoding of forms: what a person typed, as text, with nothing assumed. */
import type { Strokes } from "../protocol/mutations";
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

/** What the signature pad keeps in its hidden field. */
export function strokesOf(text: string): Strokes {
  try {
    const strokes: unknown = JSON.parse(text || "[]");
    return Array.isArray(strokes) ? strokes : [];
  } catch {
    return [];
  }
}

const PNG_PREFIX = "data:image/png;base64,";

export function pngOf(dataUrl: string): ArrayBuffer | null {
  if (!dataUrl.startsWith(PNG_PREFIX)) return null;
  const binary = atob(dataUrl.slice(PNG_PREFIX.length));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer;
}

/** `2026-03-02T08:15` by this phone's own clock and zone; null where it is no moment. */
export function momentOf(text: string): Date | null {
  const moment = new Date(text);
  return text === "" || Number.isNaN(moment.getTime()) ? null : moment;
}

/** The value of an `<input type="datetime-local">`. */
export function typedMoment(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
