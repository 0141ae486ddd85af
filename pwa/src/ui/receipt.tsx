/** Where a recorded fact is: no aparelho → no portal → no ILUX. Said in words and in three bars. */
import type { FC } from "hono/jsx";
import type { Receipt } from "../rules/receipts";

const WORDS: Record<Receipt, string> = { device: "no aparelho", portal: "no portal", ilux: "no ILUX" };
const REACHED: Record<Receipt, number> = { device: 1, portal: 2, ilux: 3 };

export const ReceiptMark: FC<{ receipt: Receipt }> = ({ receipt }) => (
  <span class="receipt" data-receipt={receipt}>
    <span class="inline-flex gap-0.5" aria-hidden="true">
      {[1, 2, 3].map((end) => (
        <i class={end <= REACHED[receipt] ? "on" : ""} />
      ))}
    </span>
    {WORDS[receipt]}
  </span>
);
