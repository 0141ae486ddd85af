/** A queued mutation in words: what was done, and to which order or invoice. */
import type { Mutation } from "../../protocol/mutations";
import type { View } from "../../rules/seen";
import { DELIVERY_OUTCOME, EVENT, OUTCOME, SLOT } from "../../ui/labels";

export function deedOf(mutation: Mutation): string {
  switch (mutation.name) {
    case "select_visit":
      return EVENT.selected;
    case "record_visit_event":
      return EVENT[mutation.args.kind];
    case "attach_photo":
      return `Foto: ${SLOT[mutation.args.slot]}`;
    case "withdraw_photo":
      return "Foto retirada";
    case "complete_visit":
      return `${EVENT.completed} (${OUTCOME[mutation.args.form.outcome].label})`;
    case "request_parts":
      return "Solicitação de peça";
    case "add_note":
      return "Observação";
    case "update_contact":
      return "Contato do chamado";
    case "open_order":
      return "Abertura de chamado";
    case "confirm_delivery":
      return DELIVERY_OUTCOME[mutation.args.outcome];
    case "report_failed_delivery":
      return DELIVERY_OUTCOME.not_delivered;
    case "withdraw_delivery":
      return "Entrega retirada";
  }
}

/** `Chamado 1042, Padaria Central`; what is known of it. */
export function aboutOf(view: View, mutation: Mutation): { text: string; href: string | null } {
  const { args } = mutation;
  if ("delivery_id" in args) {
    const invoiceId =
      "invoice_id" in args ? args.invoice_id : view.deliveries.get(args.delivery_id)?.invoice_id;
    return aboutInvoice(view, invoiceId ?? "");
  }
  const orderId =
    "order_id" in args ? args.order_id : view.visits.get("visit_id" in args ? args.visit_id : "")?.order_id;
  const order = view.orders.get(orderId ?? "");
  if (!order) return { text: "Chamado que não está mais na lista", href: null };
  const customer = view.customers.get(order.customer_id);
  const number = order.web_number === null ? "Chamado novo" : `Chamado ${order.web_number}`;
  const name = customer?.trade_name ?? customer?.name;
  return { text: name ? `${number}, ${name}` : number, href: `/field/orders/${order.id}` };
}

function aboutInvoice(view: View, invoiceId: string): { text: string; href: string | null } {
  const invoice = view.invoices.get(invoiceId);
  if (!invoice) return { text: "Nota que não está mais na lista", href: null };
  const customer = view.customers.get(invoice.customer_id);
  const name = customer?.trade_name ?? customer?.name;
  const number = `NF ${invoice.number}`;
  return { text: name ? `${number}, ${name}` : number, href: `/field/deliveries/${invoice.id}` };
}
