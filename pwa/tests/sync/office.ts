/** A phone and a portal in one story, joined by the fake wire. */
import { attachPhoto } from "../../src/commands/attach-photo";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { selectVisit } from "../../src/commands/select-visit";
import type { SyncReason } from "../../src/shell/deps";
import { type CycleOutcome, runCycle } from "../../src/sync/cycle";
import { aDay, ORDER } from "../people";
import { Phone } from "../phone";
import { FakePortal } from "./fake-portal";

export class Story {
  readonly portal = new FakePortal(aDay());

  constructor(readonly phone = new Phone()) {
    this.portal.user = phone.userId;
  }

  /** Logged in and synchronised once, as every day begins. */
  static async begin(): Promise<Story> {
    const story = new Story();
    await story.sync();
    return story;
  }

  sync(why: SyncReason = "person"): Promise<CycleOutcome> {
    return runCycle(this.context, why, null, () => 0.5);
  }

  get context() {
    const { store, clock } = this.phone;
    const device = { name: "Android, Chrome", platform: "test" };
    return { store, clock, fetch: this.portal.fetch, device, changed: () => undefined };
  }

  /** Selected and travelling: two mutations. */
  async travel(): Promise<string> {
    const { visitId } = await selectVisit(this.phone.commands, { orderId: ORDER, position: null });
    await recordVisitEvent(this.phone.commands, { visitId, kind: "travel_started", position: null });
    return visitId;
  }

  photo(visitId: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    const photo = { bytes: bytes.slice().buffer, type: "image/jpeg" as const, width: 1, height: 1 };
    return attachPhoto(this.phone.commands, { visitId, photo, slot: "before" });
  }
}
