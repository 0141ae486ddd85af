/** What the machine counted and what was done to it before: the last three of each. */
import type { FC } from "hono/jsx";
import type { MeterReadingBody, PastVisitBody } from "../../protocol/rows";
import type { Row } from "../../rules/seen";
import { date, number } from "../../ui/format";
import { OUTCOME } from "../../ui/labels";
import { Fold } from "../../ui/panel";

const SOURCE: Record<MeterReadingBody["source"], string> = {
  field: "técnico",
  ilux: "ILUX",
  customer: "cliente",
  desk: "revenda",
};

export const MachineHistory: FC<{
  readings: readonly Row<MeterReadingBody>[];
  pastVisits: readonly Row<PastVisitBody>[];
  isColor: boolean;
  timezone: string;
}> = ({ readings, pastVisits, isColor, timezone }) => (
  <div class="border-base-300 mt-3 border-t pt-1">
    <Fold title={`Últimas leituras (${readings.length})`}>
      {readings.length === 0 ? (
        <p>Nenhuma leitura conhecida.</p>
      ) : (
        <table class="w-full text-left">
          <thead class="text-quiet text-[0.9375rem]">
            <tr>
              <th class="py-1 font-semibold">Data</th>
              <th class="py-1 text-right font-semibold">Mono</th>
              {isColor ? <th class="py-1 text-right font-semibold">Cor</th> : null}
              <th class="py-1 pl-3 font-semibold">Origem</th>
            </tr>
          </thead>
          <tbody>
            {readings.map((reading) => (
              <tr class="border-base-300 border-t">
                <td class="py-2">{date(reading.read_at, timezone)}</td>
                <td class="py-2 text-right font-semibold">{count(reading.mono)}</td>
                {isColor ? <td class="py-2 text-right font-semibold">{count(reading.color)}</td> : null}
                <td class="py-2 pl-3">{SOURCE[reading.source]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Fold>
    <Fold title={`Últimos atendimentos (${pastVisits.length})`}>
      {pastVisits.length === 0 ? (
        <p>Nenhum atendimento conhecido.</p>
      ) : (
        <ul class="grid gap-3">
          {pastVisits.map((visit) => (
            <li class="border-primary border-l-3 pl-3">
              <p class="font-semibold">
                {date(visit.completed_at, timezone)} · {visit.technician_name}
                {visit.outcome ? ` · ${OUTCOME[visit.outcome].label}` : ""}
              </p>
              {visit.diagnosis ? <p>{visit.diagnosis}</p> : null}
              {visit.resolution ? <p class="text-quiet">{visit.resolution}</p> : null}
            </li>
          ))}
        </ul>
      )}
    </Fold>
  </div>
);

function count(value: number | null): string {
  return value === null ? "—" : number(value);
}
