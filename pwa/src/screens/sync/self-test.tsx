/** The report of *testar modo avião*. */
import type { FC } from "hono/jsx";
import type { SelfCheck, SelfTestReport } from "../../sync/self-test";
import { Tag, type Tone } from "../../ui/banner";
import { dateTime } from "../../ui/format";

const OUTCOME: Record<SelfCheck["outcome"], { tone: Tone; text: string }> = {
  ok: { tone: "ok", text: "certo" },
  warning: { tone: "warn", text: "atenção" },
  failed: { tone: "bad", text: "falhou" },
};

export const SelfTest: FC<{ report: SelfTestReport; timezone: string }> = ({ report, timezone }) => (
  <div id="self-test" class="mb-3" role="status">
    <p class="text-lg font-bold">{verdict(report)}</p>
    <p class="text-quiet text-[0.9375rem]">{dateTime(report.ran_at, timezone)}</p>
    <ul class="mt-1">
      {report.checks.map((check) => (
        <li class="row" data-check={check.key}>
          <span class="min-w-0 flex-1">
            <span class="block font-semibold">{check.label}</span>
            <span class="text-quiet block text-[0.9375rem]">{check.detail}</span>
          </span>
          <Tag tone={OUTCOME[check.outcome].tone}>{OUTCOME[check.outcome].text}</Tag>
        </li>
      ))}
    </ul>
  </div>
);

function verdict({ checks }: SelfTestReport): string {
  if (checks.some((check) => check.outcome === "failed")) return "Ainda não está pronto para ficar sem rede";
  if (checks.some((check) => check.outcome === "warning")) return "Pronto para ficar sem rede, com ressalvas";
  return "Pronto para ficar sem rede";
}
