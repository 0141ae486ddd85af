/** A whole day of Bruno's: seven orders in every state that *hoje* knows, around Florianópolis. */
import type { OrderBody } from "../../src/protocol/rows";
import type { StoredRow } from "../../src/store/schema";
import { BRUNO, bakery, CARLA, copier, me, order, row, visitBody } from "../people";

const id = (kind: string, n: number) => `0192f000-0000-7000-8000-${kind}${String(n).padStart(10, "0")}`;
export const CUSTOMERS = [1, 2, 3, 4, 5, 6, 7].map((n) => id("c0", n));
export const MACHINES = [1, 2, 3, 4, 5, 6, 7].map((n) => id("e0", n));
export const ORDERS = [1, 2, 3, 4, 5, 6, 7].map((n) => id("a0", n));
export const CHECKLIST_VERSION = id("f0", 1);
export const PAST_VISIT = id("b0", 7);

const at = (now: Date, minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

const PLACES = [
  [
    "Padaria São José",
    "Panificadora São José Ltda",
    "Rua Felipe Schmidt",
    "515",
    "Centro",
    -27.5969,
    -48.5495,
  ],
  [
    "Clínica Vida",
    "Clínica Médica Vida e Saúde S/S",
    "Av. Madre Benvenuta",
    "1168",
    "Santa Mônica",
    -27.5896,
    -48.5089,
  ],
  [
    "Colégio Ilha do Saber",
    "Associação Educacional Ilha do Saber",
    "Rua Lauro Linhares",
    "2010",
    "Trindade",
    -27.5862,
    -48.5226,
  ],
  [
    "Advocacia Koerich",
    "Koerich & Prado Advogados Associados",
    "Rua Deodoro",
    "226",
    "Centro",
    -27.5975,
    -48.5519,
  ],
  [
    "Mercado Beira-Mar",
    "Comercial de Alimentos Beira-Mar Ltda",
    "Av. Rio Branco",
    "404",
    "Centro",
    -27.5915,
    -48.5518,
  ],
  [
    "Hotel Açores",
    "Hotelaria Açores do Sul Ltda",
    "Rod. José Carlos Daux",
    "5500",
    "Saco Grande",
    -27.5441,
    -48.4995,
  ],
  [
    "Contabilidade Régis",
    "Régis Serviços Contábeis EPP",
    "Rua Gaspar Dutra",
    "90",
    "Estreito",
    -27.5903,
    -48.5788,
  ],
] as const;

export function fullDay(now: Date): StoredRow[] {
  const orders: Partial<OrderBody>[] = [
    {
      web_number: 1042,
      status: "E",
      due_at: at(now, -95),
      defect: "Atolamento na gaveta 2",
      notes: "Estacionar nos fundos.",
    },
    {
      web_number: 1044,
      status: "E",
      scheduled_at: at(now, 40),
      due_at: at(now, 70),
      defect: "Manchas na impressão",
    },
    {
      web_number: 1047,
      status: "E",
      due_at: at(now, 26 * 60),
      defect: "Não liga",
      contract_kind: "none",
      contract_number: null,
    },
    {
      web_number: 1031,
      status: "P",
      due_at: at(now, -26 * 60),
      pending_reason: "waiting_parts",
      defect: "Fusor queimado",
    },
    { web_number: 1029, status: "S", due_at: at(now, 300), defect: "Ruído ao alimentar papel" },
    { web_number: 1050, status: "E", due_at: at(now, 400), defect: "Instalação de rede" },
    { web_number: 1020, status: "O", due_at: at(now, -300), defect: "Toner vazando" },
  ];
  return [
    row("me", BRUNO, me),
    ...PLACES.map(([trade_name, name, street, number, district, latitude, longitude], i) =>
      row("customer", CUSTOMERS[i] ?? "", {
        ...bakery,
        name,
        trade_name,
        street,
        number,
        district,
        latitude,
        longitude,
        phone: "(48) 3028-1346",
        contact_name: "Marina Souza",
      }),
    ),
    ...MACHINES.map((machine, i) =>
      row("equipment", machine, {
        ...copier,
        customer_id: CUSTOMERS[i] ?? "",
        model:
          ["IM C3000", "ECOSYS M3655idn", "MFC-L6902DW", "bizhub C300i", "IM 430F", "M428fdw", "DCP-8080DN"][
            i
          ] ?? "",
        manufacturer: ["Ricoh", "Kyocera", "Brother", "Konica Minolta", "Ricoh", "HP", "Brother"][i] ?? null,
        serial_number: `XV20000${98 + i}7`,
        asset_tag: `PAT-0${31 + i}`,
        department: "Administração",
        install_location: "2º andar, ao lado da copa",
        is_color: i === 0 || i === 3,
      }),
    ),
    ...orders.map((change, i) =>
      row(
        "order",
        ORDERS[i] ?? "",
        {
          ...order,
          customer_id: CUSTOMERS[i] ?? "",
          equipment_id: MACHINES[i] ?? null,
          description:
            "Atola papel na gaveta 2 a cada vinte cópias; já trocaram o papel e o erro J-46 continua.",
          requester_name: "Marina Souza",
          requester_phone: "(48) 99912-3456",
          opened_at: at(now, -1500),
          ilux_number: 1402366 + i,
          checklist_version_id: CHECKLIST_VERSION,
          ...change,
        },
        800 + i,
      ),
    ),
    ...[0, 30, 61].map((days, i) =>
      row("meter_reading", id("d0", i), {
        equipment_id: MACHINES[0] ?? "",
        mono: 45_210 - i * 3_000,
        color: 12_034 - i * 900,
        read_at: at(now, -(days + 12) * 1440),
        source: (["field", "customer", "ilux"] as const)[i] ?? "ilux",
      }),
    ),
    row("past_visit", id("70", 1), {
      equipment_id: MACHINES[0] ?? "",
      order_id: id("a1", 1),
      web_number: 988,
      technician_name: "Carla Nunes",
      completed_at: at(now, -40 * 1440),
      outcome: "done",
      diagnosis: "Rolete de tração da gaveta 2 gasto.",
      resolution: "Rolete trocado, 200 cópias de teste sem atolamento.",
    }),
    row("part_request", id("9a", 1), {
      order_id: ORDERS[1] as string,
      description: "Rolo de tração",
      quantity: 2,
      status: "backorder",
      requested_at: at(now, -2000),
      expected_on: "2026-03-12",
      carrier: null,
      tracking_code: null,
      reason: null,
    }),
    row("triage_message", id("71", 1), {
      order_id: ORDERS[0] ?? "",
      author_name: "Letícia",
      author_side: "desk",
      body: "Bom dia! O atolamento acontece também quando imprime pela gaveta 1?",
      created_at: at(now, -1300),
    }),
    row("triage_message", id("71", 2), {
      order_id: ORDERS[0] ?? "",
      author_name: "Marina Souza",
      author_side: "customer",
      body: "Só na gaveta 2. Pela 1 sai normal.",
      created_at: at(now, -1280),
    }),
    row("checklist", CHECKLIST_VERSION, {
      name: "Preventiva multifuncional",
      version: 3,
      items: [
        { key: "clean", label: "Limpeza interna feita", type: "yes_no", is_required: true, options: [] },
        {
          key: "rollers",
          label: "Estado dos roletes",
          type: "choice",
          is_required: true,
          options: ["Bom", "Gasto", "Trocado"],
        },
        { key: "voltage", label: "Tensão da tomada (V)", type: "number", is_required: false, options: [] },
        { key: "room", label: "Observação do ambiente", type: "text", is_required: false, options: [] },
      ],
    }),
    ...[
      "Rolete de tração",
      "Fusor 220 V",
      "Cilindro",
      "Lâmina de limpeza",
      "Toner preto",
      "Correia de transferência",
    ].map((name, i) => row("part", id("72", i), { code: `P${100 + i}`, name })),
    row("visit", PAST_VISIT, {
      ...visitBody,
      order_id: ORDERS[6] ?? "",
      state: "completed",
      outcome: "done",
      diagnosis: "Vedação do cartucho danificada.",
      resolution: "Cartucho trocado e interior limpo.",
      distance_km: 7.754,
      distance_method: "geodesic",
      travel_minutes: 27,
      files_expected: 3,
      files_received: 3,
      received_at: at(now, -62),
      ilux_at: at(now, -60),
      events: (
        [
          ["selected", -150],
          ["travel_started", -149],
          ["arrived", -119],
          ["work_started", -103],
          ["work_finished", -80],
          ["form_filled", -78],
          ["completed", -77],
        ] as const
      ).map(([kind, minutes], i) => ({
        id: id("73", i),
        kind,
        occurred_at: at(now, minutes),
        received_at: at(now, minutes + 1),
        latitude: -27.5903,
        longitude: -48.5788,
        accuracy_m: 12,
        note: null,
      })),
      signature: {
        signer_name: "Régis Andrade",
        signer_document: "529.982.247-25",
        signed_at: at(now, -77),
        content_hash: "0".repeat(64),
      },
    }),
  ];
}

export { BRUNO, CARLA };
