/** What was recorded of an invoice, newest first, and where each record is by now. */
import type { FC } from "hono/jsx";
import type { FieldErrors } from "../../rules/completion";
import type { SeenDelivery } from "../../rules/seen";
import { Banner, Tag } from "../../ui/banner";
import { TextField } from "../../ui/fields";
import { shortDateTime } from "../../ui/format";
import { DELIVERY_OUTCOME, discrepancy, FAILURE_REASON } from "../../ui/labels";
import { Fact, Facts, Fold, Panel } from "../../ui/panel";
import { ReceiptMark } from "../../ui/receipt";

interface Props {
  attempts: readonly SeenDelivery[];
  /** whose they may take back */
  userId: string;
  timezone: string;
  now: Date;
  errors: FieldErrors;
}

export const Attempts: FC<Props> = ({ attempts, ...rest }) =>
  attempts.length === 0 ? null : (
    <Panel title="Registros desta nota">
      <ol class="grid gap-4">
        {attempts.map((delivery) => (
          <Attempt delivery={delivery} {...rest} />
        ))}
      </ol>
    </Panel>
  );

const Attempt: FC<Omit<Props, "attempts"> & { delivery: SeenDelivery }> = (props) => {
  const { delivery, timezone, now } = props;
  const tone = delivery.outcome === "delivered" ? "ok" : "warn";
  return (
    <li class="border-base-300 border-b pb-3 last:border-0 last:pb-0" data-attempt={delivery.outcome}>
      <p class="flex flex-wrap items-center gap-2">
        <Tag tone={delivery.withdrawn_at ? "quiet" : tone}>{DELIVERY_OUTCOME[delivery.outcome]}</Tag>
        {delivery.withdrawn_at ? <Tag tone="quiet">Retirada</Tag> : null}
        <span class="text-quiet">{shortDateTime(delivery.happened_at, timezone, now)}</span>
        <ReceiptMark receipt={delivery.receipt} />
      </p>
      <Facts>
        <Fact label="Recebido por">{delivery.receiver_name}</Fact>
        <Fact label="Documento">{delivery.receiver_document}</Fact>
        <Fact label="Motivo">{delivery.reason && FAILURE_REASON[delivery.reason]}</Fact>
        <Fact label="Observação">{delivery.note}</Fact>
        <Fact label="Arquivos">{filesOf(delivery)}</Fact>
        <Fact label="Registrado por">{delivery.user_id === props.userId ? null : delivery.driver_name}</Fact>
      </Facts>
      {delivery.discrepancies
        .filter((one) => one.is_open)
        .map((one) => (
          <div class="mt-2">
            <Banner tone="warn" title={discrepancy(one.kind)} />
          </div>
        ))}
      {mayWithdraw(props) ? (
        <div id={`withdrawal-${delivery.id}`} hx-morph-skip>
          <Fold title="Registrei errado" isOpen={props.errors[`reason-${delivery.id}`] !== undefined}>
            <form
              class="grid gap-2"
              method="post"
              action={`/field/deliveries/${delivery.invoice_id}/attempts/${delivery.id}/withdrawal`}
              novalidate
            >
              <TextField name={`reason-${delivery.id}`} label="Motivo" value="" errors={props.errors} />
              <button class="btn btn-danger" type="submit">
                Retirar registro
              </button>
            </form>
          </Fold>
        </div>
      ) : null}
    </li>
  );
};

function mayWithdraw({ delivery, userId }: { delivery: SeenDelivery; userId: string }): boolean {
  return delivery.user_id === userId && delivery.withdrawn_at === null && delivery.undo_until === null;
}

function filesOf(delivery: SeenDelivery): string | null {
  const { files, files_expected: expected, files_received: received } = delivery;
  if (files.length === 0) return null;
  return delivery.receipt === "device"
    ? `${files.length} no aparelho`
    : `${received} de ${expected} no portal`;
}
