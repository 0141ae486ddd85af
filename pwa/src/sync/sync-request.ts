/** One request of the protocol; what every answer carries is stored in passing. */
import type { Envelope } from "../protocol/wire";
import { readMeta, writeMeta } from "../store/meta";
import type { SyncContext } from "./context";
import { postJson } from "./portal";

/** A change of less than this is the network's doing, not the clock's. */
const OFFSET_NOISE_MS = 2_000;

export async function ask<T extends Envelope>(context: SyncContext, path: string, body: unknown): Promise<T> {
  const asked = context.clock.now().getTime();
  const answer = await postJson<T>(context.fetch, `/sync/v1/${path}`, body);
  const answered = context.clock.now().getTime();
  await learn(context, answer, Math.round(Date.parse(answer.server_time) - (asked + answered) / 2));
  return answer;
}

async function learn({ store }: SyncContext, { limits }: Envelope, offset: number): Promise<void> {
  const meta = await readMeta(store);
  const known = meta.clock_offset_ms;
  if (known === null || Math.abs(offset - known) > OFFSET_NOISE_MS) {
    await writeMeta(store, { clock_offset_ms: offset });
  }
  if (limits && JSON.stringify({ ...meta.limits, ...limits }) !== JSON.stringify(meta.limits)) {
    await writeMeta(store, { limits: { ...meta.limits, ...limits } });
  }
}
