/**
 * The receipt of a recorded fact, in three steps: no aparelho → no portal → no ILUX. A file says "portal"
 * only on its own receipt.
 */

export type Receipt = "device" | "portal" | "ilux";

export function receiptOf(fact: { isUnsent: boolean; iluxAt: string | null }): Receipt {
  if (fact.isUnsent) {
    return "device";
  }
  return fact.iluxAt === null ? "portal" : "ilux";
}
