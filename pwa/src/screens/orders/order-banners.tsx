/** What the office did to an order meanwhile. The work goes on: nothing that is recorded is refused. */
import type { FC } from "hono/jsx";
import type { SeenOrder, SeenVisit, Trouble } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import { Banner } from "../../ui/banner";
import { discrepancy, refusal } from "../../ui/labels";

export const OrderBanners: FC<{
  order: SeenOrder;
  technicianId: string | null;
  visit: SeenVisit | null;
}> = ({ order, technicianId, visit }) => {
  const isServed = visit !== null && isOpen(visit.state);
  const isTaken = order.status !== "C" && (order.has_left || isAnothers(order.technician_id, technicianId));
  return (
    <>
      {order.status === "C" ? (
        <Banner tone="bad" title="Chamado cancelado pela revenda" role="status">
          {order.cancel_reason ? <p>Motivo: {order.cancel_reason}</p> : null}
          {isServed ? <p>Pode continuar: o que você registrar fica guardado e a revenda decide.</p> : null}
        </Banner>
      ) : null}
      {isTaken ? (
        <Banner tone="warn" title="Este chamado não está mais com você" role="status">
          {isServed ? (
            <p>
              Pode continuar: a revenda o passou adiante, mas o seu atendimento fica guardado e ela decide.
            </p>
          ) : (
            <p>A revenda o passou adiante. Fale com ela se você já estava a caminho.</p>
          )}
        </Banner>
      ) : null}
      <Troubles troubles={order.troubles} />
    </>
  );
};

function isAnothers(holder: string | null, technicianId: string | null): boolean {
  return holder !== null && technicianId !== null && holder !== technicianId;
}

/** What the portal did not take as it was. */
export const Troubles: FC<{ troubles: readonly Trouble[] }> = ({ troubles }) => (
  <>
    {troubles.map(({ result }) =>
      result.status === "applied_with_discrepancy" ? (
        <Banner tone="warn" title="Recebido, e a revenda vai conferir">
          <ul>
            {(result.data.discrepancies ?? []).map((kind) => (
              <li>{discrepancy(kind)}</li>
            ))}
          </ul>
        </Banner>
      ) : (
        <Banner
          tone="bad"
          title={result.status === "quarantined" ? "A revenda vai ver este registro" : "O portal não aceitou"}
        >
          <p>{result.message ?? refusal(result.code)}</p>
        </Banner>
      ),
    )}
  </>
);
