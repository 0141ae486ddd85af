/** What the portal remembers of one client's view: the delta is a difference of states (sync-protocol.md, Pull). */
import { checksums, sameChecksums } from "../../src/protocol/checksum";
import type { Checksums, WireGone, WireRow } from "../../src/protocol/wire";
import type { StoredRow } from "../../src/store/schema";

interface Known {
  kind: string;
  id: string;
  ver: number;
  patch: number;
  isGone: boolean;
}

export interface Asked {
  epoch: string | null;
  cursor: number;
  page: string | null;
  checksums?: Checksums | null;
}

interface Token {
  from: number;
  isReset: boolean;
  after: [patch: number, kind: string, id: string];
}

export interface Difference {
  isReset: boolean;
  rows: WireRow[];
  gone: WireGone[];
  cursor: number;
  more: string | null;
}

export class ViewRecord {
  cvr = 0;
  known = new Map<string, Known>();
  /** what the client's base must sum up to at a cursor that was answered */
  #sums = new Map<number, string>();

  /** `page_unknown` for a token that is none. */
  answer(view: Map<string, StoredRow>, epoch: string, asked: Asked, pageRows: number): Difference | null {
    const token = asked.page === null ? null : tokenIn(asked.page);
    if (asked.page !== null && token === null) {
      return null;
    }
    if (token === null) {
      this.#forget(asked);
    }
    this.#compare(view);
    const isReset = token?.isReset ?? !this.#mayGoOn(asked, epoch);
    const from = token?.from ?? (isReset ? -1 : asked.cursor);
    const due = [...this.known.values()]
      .filter((row) => row.patch > from && !row.isGone && (token === null || isAfter(row, token.after)))
      .sort((a, b) => order([a.patch, a.kind, a.id], [b.patch, b.kind, b.id]));
    const page = due.slice(0, pageRows);
    const last = page.at(-1);
    const more =
      due.length > page.length && last
        ? JSON.stringify({ from, isReset, after: [last.patch, last.kind, last.id] } satisfies Token)
        : null;
    if (more === null) {
      this.#sums.set(this.cvr, JSON.stringify(checksums(view.values())));
    }
    return {
      isReset,
      rows: page.map(({ kind, id, ver }) => [kind, id, ver, view.get(`${kind}/${id}`)?.body]),
      gone: more === null ? this.#goneAfter(from) : [],
      cursor: this.cvr,
      more,
    };
  }

  /** Housekeeping threw the record away: the next pull is answered with a reset. */
  purge(): void {
    this.known.clear();
    this.#sums.clear();
    this.cvr += 1;
  }

  get tombstones(): number {
    return [...this.known.values()].filter((row) => row.isGone).length;
  }

  #mayGoOn({ epoch, cursor, checksums: sums }: Asked, own: string): boolean {
    const expected = this.#sums.get(cursor);
    return (
      epoch === own &&
      expected !== undefined &&
      (!sums || sameChecksums(sums, JSON.parse(expected) as Checksums))
    );
  }

  /** Step 5: that cursor is the acknowledgement of what is gone. */
  #forget({ cursor }: Asked): void {
    for (const [key, row] of this.known) {
      if (row.isGone && row.patch <= cursor) {
        this.known.delete(key);
      }
    }
  }

  /** Steps 2 and 3. */
  #compare(view: Map<string, StoredRow>): void {
    const patch = this.cvr + 1;
    let hasChanged = false;
    for (const [key, { kind, id, ver }] of view) {
      const known = this.known.get(key);
      if (known === undefined || known.isGone || known.ver !== ver) {
        this.known.set(key, { kind, id, ver, patch, isGone: false });
        hasChanged = true;
      }
    }
    for (const [key, row] of this.known) {
      if (!row.isGone && !view.has(key)) {
        this.known.set(key, { ...row, patch, isGone: true });
        hasChanged = true;
      }
    }
    this.cvr = hasChanged ? patch : this.cvr;
  }

  #goneAfter(from: number): WireGone[] {
    return [...this.known.values()]
      .filter((row) => row.isGone && row.patch > from)
      .map(({ kind, id }) => [kind, id]);
  }
}

function tokenIn(page: string): Token | null {
  try {
    return JSON.parse(page) as Token;
  } catch {
    return null;
  }
}

function isAfter(row: Known, after: Token["after"]): boolean {
  return order([row.patch, row.kind, row.id], after) > 0;
}

function order(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] as string | number) < (b[at] as string | number) ? -1 : 1;
}
