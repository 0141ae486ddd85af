"""What the portal holds of a person, table by table: how it is read for a copy, and what forgetting does.

One line for each kind of data, so that `docs/privacy.md` and the code say the same. `$1` is the user's id,
`$2` the technician's that they are (or the user's again, which matches none). Facts of orders stay and lose
the name; what is only about the person goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

REMOVED = "Pessoa removida"


@dataclass(frozen=True, slots=True)
class Holding:
    """`title` heads it in the copy; `select` reads it; `forget` are the statements that undo it."""

    name: str
    title: str
    select: str = ""
    forget: tuple[str, ...] = ()


def arguments_of(sql: str, args: tuple[UUID, UUID]) -> tuple[str, tuple[UUID, ...]]:
    """PostgreSQL wants each argument used, and numbered from one."""
    if "$1" in sql and "$2" in sql:
        return sql, args
    return (sql, args[:1]) if "$1" in sql else (sql.replace("$2", "$1"), args[1:])


def _forget_name(table: str, column: str) -> str:
    """Of a row that holds a name without an id: a namesake of the same reseller is forgotten there, too."""
    return (
        f"UPDATE {table} SET {column} = '{REMOVED}'"
        f" WHERE (reseller_id, {column}) IN (SELECT reseller_id, name FROM app_user WHERE id = $1)"
    )


_VISITS = "(SELECT id FROM visit WHERE technician_id = $2)"

HOLDINGS = (
    Holding(
        "profile",
        "Cadastro",
        "SELECT name, email, secondary_email, role, mails, can_open_orders, can_view_monitoring, is_active,"
        " created_at, last_login_at, password_changed_at, second_factor_at FROM app_user WHERE id = $1",
    ),
    Holding(
        "companies",
        "Empresas",
        "SELECT c.name, c.cnpj FROM user_company u JOIN company c ON c.id = u.company_id"
        " WHERE u.user_id = $1",
        ("DELETE FROM user_company WHERE user_id = $1",),
    ),
    Holding(
        "customers",
        "Cadastros de clientes",
        "SELECT c.name, c.trade_name FROM user_customer u JOIN customer c ON c.id = u.customer_id"
        " WHERE u.user_id = $1",
        ("DELETE FROM user_customer WHERE user_id = $1",),
    ),
    Holding(
        "sessions",
        "Entradas no portal",
        "SELECT created_at, last_seen_at, ended_at, address, user_agent FROM session WHERE user_id = $1"
        " ORDER BY created_at",
        ("DELETE FROM session WHERE user_id = $1", "DELETE FROM one_time_link WHERE user_id = $1"),
    ),
    Holding(
        "second_factor",
        "Verificação em duas etapas",
        "SELECT created_at, confirmed_at FROM second_factor WHERE user_id = $1",
        (
            "DELETE FROM second_factor WHERE user_id = $1",
            "DELETE FROM recovery_code WHERE user_id = $1",
            "DELETE FROM login_challenge WHERE user_id = $1",
        ),
    ),
    Holding(
        "devices",
        "Aparelhos com o aplicativo de campo",
        "SELECT name, platform, enrolled_at, last_seen_at, revoked_at FROM sync_client WHERE user_id = $1"
        " ORDER BY enrolled_at",
        ("UPDATE sync_client SET name = '', platform = '' WHERE user_id = $1",),
    ),
    Holding(
        "consents",
        "Confirmações e escolhas",
        "SELECT d.title, v.number, c.sha256, c.is_granted, c.at, c.address, c.user_agent FROM consent c"
        " JOIN policy_version v ON v.id = c.version_id JOIN policy_document d ON d.id = c.document_id"
        " WHERE c.user_id = $1 ORDER BY c.at",
        ("UPDATE consent SET address = '', user_agent = '' WHERE user_id = $1",),
    ),
    Holding(
        "requests",
        "Pedidos sobre os dados",
        "SELECT kind, state, asked_at, due_at, decided_at, reason FROM data_request WHERE user_id = $1"
        " ORDER BY asked_at",
    ),
    Holding(
        "notifications",
        "Avisos",
        "SELECT kind, title, body, created_at, read_at FROM notification WHERE user_id = $1"
        " ORDER BY created_at",
        (
            "DELETE FROM notification_dispatch WHERE user_id = $1",
            "DELETE FROM notification WHERE user_id = $1",
            "DELETE FROM notification_preference WHERE user_id = $1",
            "DELETE FROM notification_settings WHERE user_id = $1",
            "DELETE FROM push_subscription WHERE user_id = $1",
        ),
    ),
    Holding(
        "notification_texts",
        "Textos de avisos que escreveu",
        "SELECT kind, number, title, subject, opening, closing, written_at FROM notification_text"
        " WHERE written_by_id = $1 ORDER BY written_at",
        (f"UPDATE notification_text SET written_by_name = '{REMOVED}' WHERE written_by_id = $1",),
    ),
    Holding(
        "audit",
        "Registro de ações",
        "SELECT action, subject_kind, facts, address, at FROM audit_entry WHERE user_id = $1 ORDER BY at",
        (
            # Who did what stays true without a name; addresses, mails and names go.
            "UPDATE audit_entry SET address = '' WHERE user_id = $1",
            "UPDATE audit_entry SET facts = '{}' WHERE subject_kind = 'app_user' AND subject_id = $1",
            "UPDATE audit_entry SET facts = '{}' WHERE user_id = $1 AND action LIKE 'login.%'",
        ),
    ),
    Holding(
        "opened_orders",
        "Chamados abertos",
        "SELECT web_number, status, defect, description, requester_name, requester_phone, opened_at,"
        " closed_at FROM service_order WHERE opened_by_id = $1 ORDER BY opened_at",
        (
            f"UPDATE service_order SET requester_name = '{REMOVED}', requester_phone = ''"
            " WHERE opened_by_id = $1",
        ),
    ),
    Holding(
        "order_events",
        "Histórico de chamados",
        "SELECT o.web_number, e.kind, e.note, e.source, e.occurred_at FROM order_event e"
        " JOIN service_order o ON o.id = e.service_order_id WHERE e.user_id = $1 ORDER BY e.occurred_at",
        (f"UPDATE order_event SET user_name = '{REMOVED}' WHERE user_id = $1",),
    ),
    Holding(
        "messages",
        "Mensagens do pré-atendimento",
        "SELECT o.web_number, m.body, m.created_at FROM triage_message m"
        " JOIN service_order o ON o.id = m.service_order_id WHERE m.author_id = $1 ORDER BY m.created_at",
        (f"UPDATE triage_message SET author_name = '{REMOVED}' WHERE author_id = $1",),
    ),
    Holding(
        "ratings",
        "Avaliações",
        "SELECT o.web_number, r.grade, r.comment, r.rated_at FROM rating r"
        " JOIN service_order o ON o.id = r.service_order_id WHERE r.user_id = $1 ORDER BY r.rated_at",
        (f"UPDATE rating SET user_name = '{REMOVED}' WHERE user_id = $1",),
    ),
    Holding(
        "supply_requests",
        "Solicitações de suprimentos",
        "SELECT web_number, status, note, requester_name, requested_at FROM supply_request"
        " WHERE opened_by_id = $1 ORDER BY requested_at",
        (
            f"UPDATE supply_request SET requester_name = '{REMOVED}', requester_phone = ''"
            " WHERE opened_by_id = $1",
            f"UPDATE supply_request_event SET user_name = '{REMOVED}' WHERE user_id = $1",
        ),
    ),
    Holding(
        "contact_messages",
        "Mensagens de contato",
        "SELECT kind, subject, body, sender_name, sender_email, sender_phone, sent_at FROM contact_message"
        " WHERE sender_id = $1 ORDER BY sent_at",
        (
            f"UPDATE contact_message SET sender_name = '{REMOVED}', sender_email = '', sender_phone = ''"
            " WHERE sender_id = $1",
            _forget_name("contact_message", "closed_by_name"),
        ),
    ),
    Holding(
        "contact_answers",
        "Respostas a mensagens de contato",
        "SELECT m.subject, a.body, a.answered_at FROM contact_answer a"
        " JOIN contact_message m ON m.id = a.contact_message_id WHERE a.user_id = $1 ORDER BY a.answered_at",
        (f"UPDATE contact_answer SET user_name = '{REMOVED}' WHERE user_id = $1",),
    ),
    Holding(
        "attachments",
        "Anexos enviados",
        "SELECT a.name, a.content_type, a.size, a.uploaded_at, o.web_number FROM attachment a"
        " LEFT JOIN service_order o ON o.id = a.service_order_id WHERE a.uploaded_by_id = $1"
        " ORDER BY a.uploaded_at",
        (f"UPDATE attachment SET uploaded_by_name = '{REMOVED}' WHERE uploaded_by_id = $1",),
    ),
    Holding(
        "billing",
        "Faturas publicadas e abertas",
        "SELECT f.name, o.opened_at, o.address FROM billing_opening o"
        " JOIN billing_file f ON f.id = o.billing_file_id WHERE o.user_id = $1 ORDER BY o.opened_at",
        (
            f"UPDATE billing_opening SET user_name = '{REMOVED}', address = '' WHERE user_id = $1",
            f"UPDATE billing_batch SET published_by_name = '{REMOVED}' WHERE published_by_id = $1",
            _forget_name("billing_file", "withdrawn_by_name"),
        ),
    ),
    Holding(
        "desk_work",
        "Posições de clientes que alterou",
        "",
        (_forget_name("customer_position", "placed_by"),),  # a part that changed names its person by id
    ),
    Holding(
        "saved_filters",
        "Filtros guardados",
        "SELECT name, query FROM saved_filter WHERE user_id = $1",
        ("DELETE FROM saved_filter WHERE user_id = $1",),
    ),
    Holding(
        "visits",
        "Atendimentos feitos",
        "SELECT o.web_number, v.state, v.outcome, v.diagnosis, v.resolution, v.started_at, v.arrived_at,"
        " v.ended_at, v.distance_km, v.travel_minutes FROM visit v"
        " JOIN service_order o ON o.id = v.service_order_id WHERE v.technician_id = $2 ORDER BY v.started_at",
        (
            f"UPDATE visit SET technician_name = '{REMOVED}' WHERE technician_id = $2",
            f"UPDATE technician SET name = '{REMOVED}', phone = '' WHERE id = $2",
        ),
    ),
    Holding(
        "positions",
        "Posições registradas em campo",
        "SELECT e.kind, e.occurred_at, e.latitude, e.longitude, e.accuracy_m FROM visit_event e"
        f" WHERE e.visit_id IN {_VISITS} AND e.latitude IS NOT NULL ORDER BY e.occurred_at",
        (
            "UPDATE visit_event SET latitude = NULL, longitude = NULL, accuracy_m = NULL"
            f" WHERE visit_id IN {_VISITS}",
            f"DELETE FROM sync_track_chunk WHERE stream IN {_VISITS}",
            "DELETE FROM last_position WHERE technician_id = $2",
        ),
    ),
    Holding(
        "tracks",
        "Trajetos",
        f"SELECT stream, n, fixes, gaps, received_at FROM sync_track_chunk WHERE stream IN {_VISITS}"
        " ORDER BY received_at",
    ),
    Holding(
        "deliveries",
        "Entregas feitas",
        "SELECT i.number, d.outcome, d.receiver_name, d.note, d.happened_at, d.latitude, d.longitude"
        " FROM delivery d JOIN invoice i ON i.id = d.invoice_id WHERE d.user_id = $1 ORDER BY d.happened_at",
        (
            f"UPDATE delivery SET driver_name = '{REMOVED}', latitude = NULL, longitude = NULL,"
            " accuracy_m = NULL WHERE user_id = $1",
        ),
    ),
)
