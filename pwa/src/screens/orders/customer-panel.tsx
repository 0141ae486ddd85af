/** Who waits for the technician, where, and how to reach them. */
import type { FC } from "hono/jsx";
import type { CustomerBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row, SeenOrder } from "../../rules/seen";
import { TextField } from "../../ui/fields";
import { distance, telHref } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Fold, Panel } from "../../ui/panel";
import {
  addressLine,
  cepWords,
  cityLine,
  directionsHref,
  geoHref,
  hasAddress,
  streetLine,
} from "../../ui/place";

export const CustomerPanel: FC<{ customer: Row<CustomerBody> | null; distanceM: number | null }> = ({
  customer,
  distanceM,
}) =>
  customer === null ? null : (
    <section class="panel">
      <h2 class="text-2xl leading-tight font-bold">{customer.trade_name ?? customer.name}</h2>
      {customer.trade_name ? <p class="text-quiet">{customer.name}</p> : null}
      {hasAddress(customer) ? (
        <div class="mt-3 flex items-start gap-2">
          <p class="min-w-0 flex-1">
            {streetLine(customer)}
            <br />
            {cityLine(customer)}
            {customer.cep ? (
              <>
                , <span class="whitespace-nowrap">{cepWords(customer)}</span>
              </>
            ) : null}
            {distanceM === null ? null : (
              <span class="text-primary block font-bold">a {distance(distanceM)} de você</span>
            )}
          </p>
          <button class="btn btn-quiet btn-square" type="button" data-copy={addressLine(customer)}>
            <Icon name="copy" class="size-5" />
            <span class="sr-only">Copiar endereço</span>
          </button>
        </div>
      ) : null}
      <div class="mt-3 grid grid-cols-2 gap-2">
        {hasAddress(customer) ? (
          <a
            class="btn btn-quiet"
            href={directionsHref(customer)}
            data-geo={geoHref(customer)}
            target="_blank"
            rel="noopener"
          >
            <Icon name="route" class="size-5" />
            Navegar
          </a>
        ) : null}
        {customer.phone ? (
          <a class="btn btn-quiet" href={telHref(customer.phone)}>
            <Icon name="phone" class="size-5" />
            Ligar
          </a>
        ) : null}
      </div>
    </section>
  );

export const Contact: FC<{
  order: SeenOrder;
  typed?: { requester_name?: string; requester_phone?: string };
  errors?: FieldErrors;
}> = ({ order, typed, errors }) => (
  <Panel title="Contato do chamado" id="contact">
    <div class="flex items-center gap-3">
      <p class="min-w-0 flex-1 text-lg font-semibold">
        {order.requester_name ?? "Sem nome"}
        {order.requester_phone ? (
          <span class="text-quiet block text-base font-normal">{order.requester_phone}</span>
        ) : null}
      </p>
      {order.requester_phone ? (
        <a class="btn btn-quiet" href={telHref(order.requester_phone)}>
          <Icon name="phone" class="size-5" />
          Ligar
        </a>
      ) : null}
    </div>
    <Fold title="Corrigir contato" isOpen={Boolean(errors?.requester_name || errors?.requester_phone)}>
      <form class="grid gap-3" method="post" action={`/field/orders/${order.id}/contact`} novalidate>
        <TextField
          name="requester_name"
          label="Nome"
          value={typed?.requester_name ?? order.requester_name ?? ""}
          autocapitalize="words"
          errors={errors}
        />
        <TextField
          name="requester_phone"
          label="Telefone"
          type="tel"
          value={typed?.requester_phone ?? order.requester_phone ?? ""}
          errors={errors}
        />
        <button class="btn btn-primary" type="submit">
          Salvar contato
        </button>
      </form>
    </Fold>
  </Panel>
);
