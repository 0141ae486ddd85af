/** What codes are called in front of a person (pt-BR). The code's own words are English (docs/glossary.md). */
import type {
  ContractKind,
  DeliveryOutcome,
  FailureReason,
  OrderStatus,
  Outcome,
  PartStatus,
  PendingReason,
  PhotoSlot,
  VisitEventKind,
  VisitState,
} from "../protocol/rows";

export const ORDER_STATUS: Record<OrderStatus, string> = {
  A: "Abertura",
  E: "Despachado",
  M: "Em manutenção",
  P: "Pendente",
  L: "Logística",
  S: "Estoque",
  O: "Concluído",
  T: "Atendido",
  C: "Cancelado",
};

export const CONTRACT: Record<ContractKind, string> = {
  full: "Contrato completo",
  light: "Contrato light",
  none: "Sem contrato",
};

export const EVENT: Record<VisitEventKind, string> = {
  selected: "Atendimento selecionado",
  travel_started: "Viagem iniciada",
  arrived: "Chegada no cliente",
  work_started: "Início do atendimento",
  work_finished: "Fim do atendimento",
  form_filled: "Formulário preenchido",
  completed: "Atendimento concluído",
  cancelled: "Atendimento cancelado",
};

export const VISIT_STATE: Record<VisitState, string> = {
  selected: "Selecionado",
  travelling: "Em viagem",
  arrived: "No cliente",
  working: "Em atendimento",
  work_finished: "Atendimento encerrado",
  form_filled: "Formulário preenchido",
  completed: "Concluído",
  cancelled: "Cancelado",
};

export const OUTCOME: Record<Outcome, { label: string; hint: string }> = {
  done: { label: "Concluído", hint: "Resolvido, sem nenhuma pendência" },
  attended: { label: "Atendido", hint: "Resolvido no cliente; falta ação interna da revenda" },
  pending: { label: "Pendente", hint: "Será preciso voltar" },
};

export const PENDING_REASON: Record<PendingReason, string> = {
  waiting_parts: "Aguardando peças",
  network_point: "Ponto de rede",
  power: "Energia",
  customer_absent: "Cliente ausente",
  no_access: "Sem acesso ao equipamento",
  other: "Outro motivo",
};

export const PART_STATUS: Record<PartStatus, string> = {
  open: "solicitada",
  reserved: "separada",
  backorder: "em falta",
  sent: "enviada",
  delivered: "entregue a você",
  refused: "recusada",
};

export const SLOT: Record<PhotoSlot, string> = {
  before: "Antes",
  after: "Depois",
  meter: "Contador",
  part: "Peça",
  other: "Outra",
};

export const SLOTS: readonly PhotoSlot[] = ["before", "after", "meter", "part", "other"];

export const DELIVERY_OUTCOME: Record<DeliveryOutcome, string> = {
  delivered: "Entregue",
  partial: "Entregue em parte",
  not_delivered: "Não entregue",
};

export const FAILURE_REASON: Record<FailureReason, string> = {
  receiver_absent: "Recebedor não encontrado",
  refused: "Recusa do recebedor",
  address_unknown: "Endereço inexistente",
  other: "Outro motivo",
};

const DISCREPANCY: Record<string, string> = {
  invoice_cancelled: "A nota foi cancelada pela revenda antes da entrega.",
  invoice_reassigned: "A nota foi passada a outro transportador antes da entrega.",
  already_delivered: "A nota já constava como entregue.",
  proof_incomplete: "Falta um dado que a revenda pede no comprovante.",
  time_implausible: "A data da entrega não combina com a da nota.",
  withdrawn_after_ilux: "A entrega já estava no ILUX quando foi desfeita.",
  order_cancelled: "O chamado foi cancelado pela revenda enquanto você atendia.",
  order_reassigned: "O chamado foi passado a outro técnico enquanto você atendia.",
  order_closed: "O chamado já estava encerrado quando o registro chegou.",
  already_completed: "Outro atendimento deste chamado foi concluído antes.",
  reading_lower: "A leitura é menor que a anterior.",
  reading_implausible: "A leitura está muito acima do esperado.",
  content_changed_after_signature: "O chamado mudou depois da assinatura.",
  signature_mismatch: "O conteúdo assinado não confere com o registrado.",
  checklist_incomplete: "O checklist ficou incompleto.",
  clock_drift: "O relógio do aparelho estava adiantado ou atrasado.",
  contact_proposal: "A revenda mudou o mesmo contato; o seu valor ficou como sugestão.",
  file_missing: "Falta um arquivo no portal.",
  unknown_equipment: "O equipamento não foi reconhecido.",
  impossible_travel: "O deslocamento tem um trecho impossível.",
  invalid_transition: "Os passos chegaram em uma ordem inesperada.",
  gone_in_ilux: "O ILUX foi restaurado e não tem mais este chamado.",
};

export function discrepancy(kind: string): string {
  return DISCREPANCY[kind] ?? "A revenda vai conferir este registro.";
}

/** A refused attempt, said in words a technician can act on; the portal's own message wins where it has one. */
const REFUSAL: Record<string, string> = {
  order_not_yours: "O chamado já não está com você.",
  order_closed: "O chamado já foi encerrado.",
  visit_closed: "O atendimento já foi concluído.",
  not_allowed: "Seu usuário não tem permissão para isto.",
};

export function refusal(code: string | null): string {
  return (code && REFUSAL[code]) || "O portal não aceitou este registro.";
}
