/** The portal of the model: orders come, change and leave; it is backed up, restored and cleaned up. */
import type { Mutation } from "../../src/protocol/mutations";
import type { OrderBody } from "../../src/protocol/rows";
import { aDay, BAKERY, bakery, ORDER, OTHER_ORDER, order, row } from "../people";
import { FakePortal } from "../sync/fake-portal";
import type { Backup, Client } from "../sync/portal-backup";

export const ORDERS = [ORDER, OTHER_ORDER] as const;
export type Change = "edit" | "hide" | "show" | "cancel" | "customer" | "more";

export class Office extends FakePortal {
  readonly backups: Backup[] = [];
  #edits = 0;

  constructor(user: string) {
    super([...aDay(), row("order", OTHER_ORDER, { ...order, web_number: 26050064 })]);
    this.user = user;
    this.backups.push(this.backup());
  }

  keepBackup(): void {
    this.backups.push(this.backup());
  }

  /** @param age 0 for the newest */
  goBack(age: number): void {
    const at = Math.max(0, this.backups.length - 1 - age);
    this.restore(this.backups[at] as Backup);
    this.backups.splice(at + 1);
  }

  change(what: Change, orderId: string): void {
    const body = this.rows.get(`order/${orderId}`)?.body as OrderBody | undefined;
    this.#edits += 1;
    switch (what) {
      case "edit":
        if (body) this.put("order", orderId, { ...body, description: `Atola papel ${this.#edits}` });
        break;
      case "cancel":
        if (body) this.put("order", orderId, { ...body, status: "C" });
        break;
      case "hide":
        this.rows.delete(`order/${orderId}`);
        break;
      case "show":
        if (!body) this.put("order", orderId, { ...order, notes: this.#notesOf(orderId) });
        break;
      case "customer":
        this.put("customer", BAKERY, { ...bakery, phone: `48 ${this.#edits}` });
        break;
      case "more":
        this.put("part", `0192f000-0000-7000-8000-a${String(this.#edits).padStart(11, "0")}`, {
          code: String(this.#edits),
          name: "Rolete",
        });
    }
  }

  /** Every mutation that reached its result, by uid. */
  known(): Map<string, Mutation> {
    const found = [...this.clients.values()].flatMap(({ raw }) => [...raw.values()]);
    return new Map(
      found.map((text) => JSON.parse(text) as Mutation).map((mutation) => [mutation.uid, mutation]),
    );
  }

  /** Uids that the newest backup holds. */
  inBackup(): Set<string> {
    const held = [...(this.backups.at(-1) as Backup).clients.values()].flatMap(({ raw }) => [
      ...raw.values(),
    ]);
    return new Set(held.map((text) => (JSON.parse(text) as Mutation).uid));
  }

  protected override durableOf(client: Client): number {
    const id = [...this.clients].find(([, known]) => known === client)?.[0] ?? "";
    return this.backups.at(-1)?.clients.get(id)?.lmid ?? 0;
  }

  #notesOf(orderId: string): string | null {
    const known = this.known();
    const notes = this.ran.flatMap((uid) => {
      const mutation = known.get(uid);
      return mutation?.name === "add_note" && mutation.args.order_id === orderId ? [mutation.args.body] : [];
    });
    return notes.length === 0 ? null : notes.join("\n");
  }
}
