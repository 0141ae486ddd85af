"""What people write: complaints, findings, solutions, and what desk and customer say to each other."""

# ruff: noqa: E501 - a table reads best with a line for a row

from __future__ import annotations

# By the defect's code: what the customer wrote, what the technician found, what was done.
REPORTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "001": (
        ("Papel atola toda hora na saída.", "Película do fusor rasgada.", "Trocada a película do fusor e limpo o trajeto do papel."),
        ("Atola quando imprime frente e verso.", "Rolos do duplex ressecados.", "Limpeza e recondicionamento dos rolos; 200 páginas em duplex sem falha."),
    ),
    "002": (
        ("Está saindo muito claro de um lado.", "Toner no fim e cilindro gasto.", "Substituído o cilindro e agitado o toner; densidade ajustada."),
        ("Impressão fraca nos boletos.", "Modo econômico ligado na fila.", "Desligado o modo econômico e orientado o usuário."),
    ),
    "003": (
        ("Risco preto vertical em todas as cópias.", "Vidro do ADF sujo.", "Limpeza do vidro de exposição e do espelho."),
        ("Manchas repetidas na folha.", "Cilindro marcado.", "Substituída a unidade de imagem."),
    ),
    "004": (("Não liga desde ontem à noite.", "Fonte queimada após queda de energia.", "Trocada a placa fonte; recomendado nobreak."),),
    "005": (
        ("Ninguém consegue imprimir, diz offline.", "Endereço IP mudou após troca do roteador.", "Fixado o endereço IP e refeitas as filas em 4 micros."),
        ("Perde a rede depois do almoço.", "Cabo de rede com mau contato.", "Substituído o cabo de rede."),
    ),
    "006": (
        ("Aparece chamar a assistência no visor.", "Erro do fusor: termistor aberto.", "Substituído o termistor e reiniciado o contador de erro."),
        ("Erro 59 no painel.", "Motor principal travado por clipe de papel.", "Removido o clipe; teste de 100 páginas."),
    ),
    "007": (("Digitalização para a pasta parou.", "Senha do usuário de rede expirada.", "Atualizada a senha no catálogo de endereços."),),
    "008": (("Faz um barulho alto ao imprimir.", "Engrenagem do fusor com dente quebrado.", "Substituída a engrenagem e lubrificado o conjunto."),),
    "009": (("A bandeja 2 não puxa.", "Rolo de captação liso.", "Trocados o rolo de captação e o separador."),),
    "010": (("Toner acabou e não temos reserva.", "Toner esgotado.", "Instalado toner preto e deixado um de reserva."),),
    "011": (("Instalar a máquina nova no financeiro.", "Local pronto, com ponto de rede.", "Equipamento instalado, 6 micros configurados, usuários orientados."),),
    "012": (("Retirar a máquina do antigo escritório.", "Equipamento desligado.", "Equipamento retirado com acessórios e toner."),),
    "013": (("Levar a multifuncional para o 2º andar.", "Caminho livre.", "Equipamento remanejado e testado no novo ponto de rede."),),
    "014": (("Preventiva do contrato.", "Desgaste normal.", "Limpeza geral, lubrificação e atualização do firmware."),),
    "015": (("Funcionário novo precisa de senha.", "Usuário sem cadastro.", "Cadastrado o usuário e testada a liberação."),),
    "016": (("Caiu toner dentro da máquina.", "Reservatório de resíduos cheio.", "Aspirado o interior e trocado o reservatório."),),
    "017": (("Não imprime mais frente e verso.", "Solenoide do duplex travado.", "Desmontado e limpo o solenoide; 50 folhas em duplex."),),
    "018": (("Leitura mensal.", "Contadores conferidos.", "Leitura registrada."),),
}  # fmt: skip

TRIAGE: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("desk", "Bom dia! O equipamento mostra algum código no visor?"),
        ("customer", "Mostra sim: erro 50.4. Já desliguei e liguei, volta igual."),
        ("desk", "Obrigada. Vamos enviar um técnico; por favor, deixe o equipamento desligado."),
    ),
    (
        ("customer", "É urgente, fechamos a folha de pagamento hoje."),
        ("desk", "Entendido, priorizei o chamado."),
    ),
    (
        ("desk", "Qual navegador e qual micro não imprimem? Ou são todos?"),
        ("customer", "São todos. O pessoal da TI trocou o roteador ontem."),
    ),
    (
        ("desk", "Quem recebe o técnico e em que horário?"),
        ("customer", "A portaria está avisada. Entre 9h e 17h, falar com a recepção."),
    ),
)

CANCEL_REASONS = (
    "Cliente resolveu por telefone.", "Chamado aberto em duplicidade.", "Equipamento será substituído.",
    "Local fechado para obras; cliente abre outro chamado depois.",
)  # fmt: skip
PENDING = (
    ("waiting_parts", "Aguardando a unidade fusora."),
    ("waiting_parts", "Peça pedida à logística."),
    ("network_point", "Ponto de rede sem sinal; TI do cliente vai refazer."),
    ("customer_absent", "Responsável ausente, retornar após 14h."),
    ("power", "Tomada sem energia na sala."),
)
NOTES = (
    "Portaria exige documento com foto.", "Estacionamento nos fundos.", "Falar com a recepção antes de subir.",
    "Cliente pede ligação 30 minutos antes.", "Levar escada: equipamento em prateleira alta.",
)  # fmt: skip
ACCEPTANCES = (
    "Conferido com o técnico por telefone.", "Contador trocado junto com a placa.", "Cliente confirmou o atendimento.",
)  # fmt: skip
