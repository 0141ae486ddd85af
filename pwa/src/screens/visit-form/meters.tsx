/** Contadores: the reading, held against the last one while the phone is offline. It warns; it never refuses. */
import type { FC } from "hono/jsx";
import type { EquipmentBody, MeterReadingBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Counter, Doubt } from "../../rules/readings";
import { TextField } from "../../ui/fields";
import { date, number } from "../../ui/format";
import { Panel } from "../../ui/panel";
import type { DecodedForm } from "./decode";

const LABEL: Record<Counter, string> = { mono: "Contador mono", color: "Contador cor" };

export const Meters: FC<{
  equipment: EquipmentBody;
  last: MeterReadingBody | null;
  value: (name: string) => string;
  doubts: DecodedForm["doubts"];
  errors: FieldErrors;
  timezone: string;
}> = ({ equipment, last, value, doubts, errors, timezone }) => {
  const counters: Counter[] = equipment.is_color ? ["mono", "color"] : ["mono"];
  return (
    <Panel title={`Contadores: ${equipment.model}`}>
      <div class="grid gap-3">
        {counters.map((counter) => {
          const name = `reading.${counter}` as const;
          const before = last?.[counter] ?? null;
          const doubt = doubts[name];
          return (
            <div>
              <TextField
                name={name}
                label={LABEL[counter]}
                hint={
                  last && before !== null
                    ? `Última: ${number(before)} em ${date(last.read_at, timezone)}`
                    : "Sem leitura anterior"
                }
                value={value(name)}
                inputmode="numeric"
                errors={errors}
              />
              {doubt ? (
                <div class="banner tone-warn mt-2 flex-col">
                  <p>{explain(doubt, timezone)}</p>
                  <label class="flex min-h-12 items-center gap-3 font-semibold">
                    <input
                      class="checkbox checkbox-primary bg-base-100"
                      type="checkbox"
                      name={`confirm.${counter}`}
                      value={value(name)}
                      checked={value(`confirm.${counter}`) === value(name)}
                    />
                    Conferi no visor: é {value(name)}
                  </label>
                </div>
              ) : null}
            </div>
          );
        })}
      </div>
    </Panel>
  );
};

function explain(doubt: Doubt, timezone: string): string {
  if (doubt.kind === "lower") {
    return `Menor que a última leitura (${number(doubt.last)} em ${date(doubt.lastReadAt, timezone)}).`;
  }
  if (doubt.kind === "implausible") {
    return `Muito acima do costume desta máquina (esperado até ${number(doubt.expectedAtMost)}).`;
  }
  return "";
}
