-- The first schema, for SQLite and PostgreSQL. `{serial}` is each database's counting key.
-- The columns repeat server/*/tables.py and offline_sync/tables.py; a test compares the two.

CREATE TABLE row_counter (
    id SMALLINT PRIMARY KEY,
    n BIGINT NOT NULL
);
INSERT INTO row_counter (id, n) VALUES (1, 0);

CREATE TABLE sync_pulse (
    reseller_id UUID PRIMARY KEY,
    n BIGINT NOT NULL
);

CREATE TABLE reseller (
    id UUID PRIMARY KEY,
    name VARCHAR(120) NOT NULL DEFAULT '',
    slug VARCHAR(60) NOT NULL DEFAULT '' UNIQUE,
    timezone VARCHAR(60) NOT NULL DEFAULT 'America/Sao_Paulo',
    default_opening_status VARCHAR(1) NOT NULL DEFAULT 'A',
    arrival_near_m INTEGER NOT NULL DEFAULT 200,
    next_web_number INTEGER NOT NULL DEFAULT 1,
    phone VARCHAR(30) NOT NULL DEFAULT '',
    website VARCHAR(120) NOT NULL DEFAULT '',
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE company (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    name VARCHAR(120) NOT NULL DEFAULT '',
    trade_name VARCHAR(120) NOT NULL DEFAULT '',
    cnpj VARCHAR(14) NOT NULL DEFAULT '',
    street VARCHAR(120) NOT NULL DEFAULT '',
    district VARCHAR(80) NOT NULL DEFAULT '',
    city VARCHAR(80) NOT NULL DEFAULT '',
    uf VARCHAR(2) NOT NULL DEFAULT '',
    cep VARCHAR(8) NOT NULL DEFAULT '',
    phone VARCHAR(30) NOT NULL DEFAULT '',
    is_headquarters BOOLEAN NOT NULL DEFAULT false,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30),
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE app_user (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    email VARCHAR(200) NOT NULL DEFAULT '' UNIQUE,
    secondary_email VARCHAR(200) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    role VARCHAR(30) NOT NULL DEFAULT '',
    password_hash VARCHAR(200) NOT NULL DEFAULT '',
    password_changed_at TIMESTAMPTZ,
    technician_id UUID,
    carrier_id UUID,
    can_open_orders BOOLEAN NOT NULL DEFAULT false,
    can_view_monitoring BOOLEAN NOT NULL DEFAULT false,
    mails JSONB NOT NULL DEFAULT '[]',
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL,
    last_login_at TIMESTAMPTZ,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE user_company (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    company_id UUID NOT NULL REFERENCES company
);

CREATE TABLE user_customer (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    customer_id UUID NOT NULL
);

CREATE TABLE session (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    token_hash VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    address VARCHAR(64) NOT NULL DEFAULT '',
    user_agent VARCHAR(300) NOT NULL DEFAULT ''
);

CREATE TABLE one_time_link (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    user_id UUID NOT NULL REFERENCES app_user,
    purpose VARCHAR(10) NOT NULL DEFAULT '',
    token_hash VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);

CREATE TABLE attempt (
    id UUID PRIMARY KEY,
    action VARCHAR(30) NOT NULL DEFAULT '',
    key VARCHAR(200) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL
);

CREATE TABLE brand (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    letterhead TEXT NOT NULL DEFAULT '',
    primary_color VARCHAR(7) NOT NULL DEFAULT '#0f4c5c',
    logo_sha256 VARCHAR(64)
);

CREATE TABLE audit_entry (
    id UUID PRIMARY KEY,
    reseller_id UUID,
    user_id UUID,
    action VARCHAR(60) NOT NULL DEFAULT '',
    subject_kind VARCHAR(40) NOT NULL DEFAULT '',
    subject_id UUID,
    facts JSONB NOT NULL DEFAULT '{}',
    address VARCHAR(64) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL
);

CREATE TABLE customer (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    name VARCHAR(120) NOT NULL DEFAULT '',
    trade_name VARCHAR(120) NOT NULL DEFAULT '',
    search_name VARCHAR(260) NOT NULL DEFAULT '',
    cnpj_cpf VARCHAR(14) NOT NULL DEFAULT '',
    street VARCHAR(120) NOT NULL DEFAULT '',
    number VARCHAR(20) NOT NULL DEFAULT '',
    complement VARCHAR(60) NOT NULL DEFAULT '',
    district VARCHAR(80) NOT NULL DEFAULT '',
    city VARCHAR(80) NOT NULL DEFAULT '',
    uf VARCHAR(2) NOT NULL DEFAULT '',
    cep VARCHAR(8) NOT NULL DEFAULT '',
    phone VARCHAR(30) NOT NULL DEFAULT '',
    contact_name VARCHAR(80) NOT NULL DEFAULT '',
    email VARCHAR(200) NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30),
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE contract (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    number VARCHAR(30) NOT NULL DEFAULT '',
    kind VARCHAR(10) NOT NULL DEFAULT 'full',
    started_on DATE,
    ended_on DATE,
    mono_allowance INTEGER NOT NULL DEFAULT 0,
    color_allowance INTEGER NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30)
);

CREATE TABLE equipment (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    contract_id UUID REFERENCES contract,
    serial_number VARCHAR(40) NOT NULL DEFAULT '',
    asset_tag VARCHAR(30) NOT NULL DEFAULT '',
    manufacturer VARCHAR(60) NOT NULL DEFAULT '',
    model VARCHAR(80) NOT NULL DEFAULT '',
    is_color BOOLEAN NOT NULL DEFAULT false,
    department VARCHAR(80) NOT NULL DEFAULT '',
    install_location VARCHAR(80) NOT NULL DEFAULT '',
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30),
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE defect (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    code VARCHAR(20) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    is_listed_with_contract BOOLEAN NOT NULL DEFAULT false,
    is_listed_without_contract BOOLEAN NOT NULL DEFAULT false,
    is_listed_for_contracts BOOLEAN NOT NULL DEFAULT false,
    is_active BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE part (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    code VARCHAR(30) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    use_count INTEGER NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30),
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE meter_reading (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    equipment_id UUID NOT NULL REFERENCES equipment,
    visit_id UUID,
    mono INTEGER,
    color INTEGER,
    read_at TIMESTAMPTZ NOT NULL,
    source VARCHAR(10) NOT NULL DEFAULT '',
    is_lower BOOLEAN NOT NULL DEFAULT false,
    is_implausible BOOLEAN NOT NULL DEFAULT false,
    recorded_at TIMESTAMPTZ NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE technician (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    name VARCHAR(80) NOT NULL DEFAULT '',
    phone VARCHAR(30) NOT NULL DEFAULT '',
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30)
);

CREATE TABLE carrier (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    name VARCHAR(80) NOT NULL DEFAULT '',
    is_own_driver BOOLEAN NOT NULL DEFAULT false,
    is_active BOOLEAN NOT NULL DEFAULT true,
    ilux_code VARCHAR(30)
);

CREATE TABLE checklist_template (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    name VARCHAR(80) NOT NULL DEFAULT '',
    defect_id UUID REFERENCES defect,
    is_active BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE checklist_version (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    template_id UUID NOT NULL REFERENCES checklist_template,
    name VARCHAR(80) NOT NULL DEFAULT '',
    number INTEGER NOT NULL DEFAULT 0,
    items JSONB NOT NULL DEFAULT '[]',
    published_at TIMESTAMPTZ NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE service_order (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    company_id UUID NOT NULL REFERENCES company,
    customer_id UUID NOT NULL REFERENCES customer,
    equipment_id UUID REFERENCES equipment,
    contract_id UUID REFERENCES contract,
    contract_number VARCHAR(30) NOT NULL DEFAULT '',
    contract_kind VARCHAR(10) NOT NULL DEFAULT 'none',
    defect_id UUID REFERENCES defect,
    defect VARCHAR(120) NOT NULL DEFAULT '',
    technician_id UUID REFERENCES technician,
    checklist_version_id UUID REFERENCES checklist_version,
    return_of_id UUID,
    web_number INTEGER NOT NULL DEFAULT 0,
    ilux_number VARCHAR(20),
    status VARCHAR(1) NOT NULL DEFAULT 'A',
    description TEXT NOT NULL DEFAULT '',
    requester_name VARCHAR(80) NOT NULL DEFAULT '',
    requester_phone VARCHAR(30) NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by_id UUID,
    opened_from VARCHAR(5) NOT NULL DEFAULT 'web',
    dispatched_at TIMESTAMPTZ,
    scheduled_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    revised_due_at TIMESTAMPTZ,
    pending_reason VARCHAR(20),
    cancel_reason TEXT NOT NULL DEFAULT '',
    closed_at TIMESTAMPTZ,
    last_change_at TIMESTAMPTZ NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE order_event (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    kind VARCHAR(30) NOT NULL DEFAULT '',
    user_id UUID,
    user_name VARCHAR(120) NOT NULL DEFAULT '',
    source VARCHAR(5) NOT NULL DEFAULT '',
    before JSONB NOT NULL DEFAULT '{}',
    after JSONB NOT NULL DEFAULT '{}',
    note TEXT NOT NULL DEFAULT '',
    is_internal BOOLEAN NOT NULL DEFAULT false,
    order_ver BIGINT NOT NULL DEFAULT 0,
    occurred_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE part_request (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    visit_id UUID,
    part_id UUID,
    description VARCHAR(200) NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL DEFAULT 1,
    note TEXT NOT NULL DEFAULT '',
    status VARCHAR(10) NOT NULL DEFAULT 'open',
    requested_at TIMESTAMPTZ NOT NULL,
    requested_by_id UUID
);

CREATE TABLE discrepancy (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    visit_id UUID,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    facts JSONB NOT NULL DEFAULT '{}',
    raised_at TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    accepted_by_id UUID,
    acceptance_note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE triage_message (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    author_id UUID,
    author_name VARCHAR(120) NOT NULL DEFAULT '',
    author_side VARCHAR(10) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE visit (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    service_order_id UUID NOT NULL REFERENCES service_order,
    technician_id UUID NOT NULL REFERENCES technician,
    technician_name VARCHAR(80) NOT NULL DEFAULT '',
    equipment_id UUID,
    client_id UUID,
    state VARCHAR(15) NOT NULL DEFAULT 'selected',
    is_primary BOOLEAN NOT NULL DEFAULT false,
    outcome VARCHAR(10),
    diagnosis TEXT NOT NULL DEFAULT '',
    resolution TEXT NOT NULL DEFAULT '',
    pending_reason VARCHAR(20),
    pending_note TEXT NOT NULL DEFAULT '',
    checklist_version_id UUID,
    checklist_answers JSONB NOT NULL DEFAULT '{}',
    started_at TIMESTAMPTZ NOT NULL,
    travel_started_at TIMESTAMPTZ,
    arrived_at TIMESTAMPTZ,
    work_started_at TIMESTAMPTZ,
    work_finished_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ,
    ilux_at TIMESTAMPTZ,
    distance_km DOUBLE PRECISION,
    distance_method VARCHAR(20) NOT NULL DEFAULT '',
    travel_minutes INTEGER,
    arrival_distance_m INTEGER,
    signed_content TEXT NOT NULL DEFAULT '',
    content_hash VARCHAR(64) NOT NULL DEFAULT '',
    ver BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE visit_event (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    visit_id UUID NOT NULL REFERENCES visit,
    kind VARCHAR(20) NOT NULL DEFAULT '',
    occurred_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    clock_offset_ms BIGINT,
    mono_ms BIGINT,
    boot_id UUID,
    client_seq BIGINT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    accuracy_m DOUBLE PRECISION,
    note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE part_usage (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    visit_id UUID NOT NULL REFERENCES visit,
    part_id UUID,
    description VARCHAR(200) NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE photo (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    visit_id UUID NOT NULL REFERENCES visit,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    content_type VARCHAR(40) NOT NULL DEFAULT '',
    width INTEGER,
    height INTEGER,
    slot VARCHAR(10) NOT NULL DEFAULT 'other',
    caption VARCHAR(200) NOT NULL DEFAULT '',
    taken_at TIMESTAMPTZ NOT NULL,
    file_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason VARCHAR(200) NOT NULL DEFAULT ''
);

CREATE TABLE signature (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    visit_id UUID NOT NULL REFERENCES visit,
    signer_name VARCHAR(120) NOT NULL DEFAULT '',
    signer_document VARCHAR(20) NOT NULL DEFAULT '',
    refused_reason VARCHAR(200) NOT NULL DEFAULT '',
    strokes JSONB NOT NULL DEFAULT '[]',
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    content_hash VARCHAR(64) NOT NULL DEFAULT '',
    signed_at TIMESTAMPTZ NOT NULL,
    file_at TIMESTAMPTZ
);

CREATE TABLE last_position (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL REFERENCES reseller,
    technician_id UUID NOT NULL REFERENCES technician,
    visit_id UUID,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    accuracy_m DOUBLE PRECISION,
    fixed_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE job (
    id UUID PRIMARY KEY,
    reseller_id UUID,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    payload JSONB NOT NULL DEFAULT '{}',
    dedupe_key VARCHAR(120),
    state VARCHAR(10) NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    last_error TEXT NOT NULL DEFAULT ''
);

CREATE TABLE staff_user (
    username VARCHAR(100) NOT NULL DEFAULT '' UNIQUE,
    password VARCHAR(255) NOT NULL DEFAULT '',
    first_name VARCHAR(255) DEFAULT '',
    last_name VARCHAR(255) DEFAULT '',
    email VARCHAR(255) NOT NULL DEFAULT '' UNIQUE,
    active BOOLEAN NOT NULL DEFAULT false,
    admin BOOLEAN NOT NULL DEFAULT false,
    superuser BOOLEAN NOT NULL DEFAULT false,
    last_login TIMESTAMP,
    id {serial}
);

CREATE TABLE staff_session (
    token VARCHAR(100) NOT NULL DEFAULT '',
    user_id INTEGER NOT NULL DEFAULT 0,
    expiry_date TIMESTAMP NOT NULL,
    max_expiry_date TIMESTAMP NOT NULL,
    id {serial}
);

CREATE TABLE sync_epoch (
    id SMALLINT PRIMARY KEY,
    epoch UUID NOT NULL,
    started_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sync_client (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    platform VARCHAR(200) NOT NULL DEFAULT '',
    schema_version INTEGER NOT NULL DEFAULT 1,
    lmid BIGINT NOT NULL DEFAULT 0,
    acked BIGINT NOT NULL DEFAULT 0,
    durable_lmid BIGINT NOT NULL DEFAULT 0,
    cvr BIGINT NOT NULL DEFAULT 0,
    forgotten BIGINT NOT NULL DEFAULT 0,
    tombstones BIGINT NOT NULL DEFAULT 0,
    pulse TEXT,
    checksums TEXT NOT NULL DEFAULT '{}',
    failing_seq BIGINT NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    clock_offset_ms BIGINT,
    enrolled_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE sync_row (
    id {serial},
    reseller_id UUID NOT NULL,
    client_id UUID NOT NULL,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    row_id UUID NOT NULL,
    ver BIGINT NOT NULL DEFAULT 0,
    patch BIGINT NOT NULL DEFAULT 0,
    is_gone BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE sync_mutation (
    id {serial},
    reseller_id UUID NOT NULL,
    client_id UUID NOT NULL,
    user_id UUID NOT NULL,
    seq BIGINT NOT NULL DEFAULT 0,
    uid UUID NOT NULL,
    name VARCHAR(60) NOT NULL DEFAULT '',
    v INTEGER NOT NULL DEFAULT 0,
    received_json TEXT NOT NULL DEFAULT '',
    status VARCHAR(30) NOT NULL DEFAULT '',
    code VARCHAR(60),
    message TEXT,
    data TEXT,
    error TEXT,
    occurred_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ NOT NULL,
    clock_offset_ms BIGINT
);

CREATE TABLE sync_upload (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    client_id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size BIGINT NOT NULL DEFAULT 0,
    content_type VARCHAR(100) NOT NULL DEFAULT '',
    received BIGINT NOT NULL DEFAULT 0,
    parts TEXT NOT NULL DEFAULT '[]',
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ
);

CREATE TABLE sync_file (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size BIGINT NOT NULL DEFAULT 0,
    content_type VARCHAR(100) NOT NULL DEFAULT '',
    client_id UUID NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sync_track (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    client_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sync_track_chunk (
    id {serial},
    reseller_id UUID NOT NULL,
    stream UUID NOT NULL,
    n INTEGER NOT NULL DEFAULT 0,
    fixes TEXT NOT NULL DEFAULT '[]',
    gaps TEXT NOT NULL DEFAULT '[]',
    received_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sync_rescue (
    id UUID PRIMARY KEY,
    reseller_id UUID NOT NULL,
    user_id UUID NOT NULL,
    client_id UUID,
    sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size BIGINT NOT NULL DEFAULT 0,
    content_type VARCHAR(100) NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX app_user_reseller ON app_user (reseller_id);
CREATE INDEX app_user_technician ON app_user (technician_id);
CREATE INDEX app_user_carrier ON app_user (carrier_id);
CREATE INDEX user_company_company ON user_company (company_id);
CREATE INDEX user_customer_customer ON user_customer (customer_id);
CREATE INDEX one_time_link_user ON one_time_link (user_id);
CREATE INDEX brand_reseller ON brand (reseller_id);
CREATE INDEX customer_company ON customer (company_id);
CREATE INDEX contract_reseller ON contract (reseller_id);
CREATE INDEX contract_company ON contract (company_id);
CREATE INDEX contract_customer ON contract (customer_id);
CREATE INDEX equipment_company ON equipment (company_id);
CREATE INDEX equipment_customer ON equipment (customer_id);
CREATE INDEX equipment_contract ON equipment (contract_id);
CREATE INDEX meter_reading_visit ON meter_reading (visit_id);
CREATE INDEX technician_reseller ON technician (reseller_id);
CREATE INDEX technician_company ON technician (company_id);
CREATE INDEX carrier_reseller ON carrier (reseller_id);
CREATE INDEX checklist_template_reseller ON checklist_template (reseller_id);
CREATE INDEX checklist_template_defect ON checklist_template (defect_id);
CREATE INDEX checklist_version_reseller ON checklist_version (reseller_id);
CREATE INDEX checklist_version_template ON checklist_version (template_id);
CREATE INDEX service_order_company ON service_order (company_id);
CREATE INDEX service_order_customer ON service_order (customer_id);
CREATE INDEX service_order_equipment ON service_order (equipment_id);
CREATE INDEX service_order_contract ON service_order (contract_id);
CREATE INDEX service_order_defect ON service_order (defect_id);
CREATE INDEX service_order_checklist_version ON service_order (checklist_version_id);
CREATE INDEX part_request_reseller ON part_request (reseller_id);
CREATE INDEX part_request_service_order ON part_request (service_order_id);
CREATE INDEX part_request_visit ON part_request (visit_id);
CREATE INDEX discrepancy_service_order ON discrepancy (service_order_id);
CREATE INDEX discrepancy_visit ON discrepancy (visit_id);
CREATE INDEX triage_message_service_order ON triage_message (service_order_id);
CREATE INDEX visit_service_order ON visit (service_order_id);
CREATE INDEX visit_event_visit ON visit_event (visit_id);
CREATE INDEX part_usage_visit ON part_usage (visit_id);
CREATE INDEX photo_visit ON photo (visit_id);
CREATE INDEX photo_sha256 ON photo (sha256);
CREATE INDEX signature_visit ON signature (visit_id);
CREATE INDEX signature_sha256 ON signature (sha256);
CREATE INDEX last_position_reseller ON last_position (reseller_id);
CREATE UNIQUE INDEX company_cnpj ON company (reseller_id, cnpj);
CREATE UNIQUE INDEX user_company_key ON user_company (user_id, company_id);
CREATE UNIQUE INDEX user_customer_key ON user_customer (user_id, customer_id);
CREATE INDEX session_open ON session (user_id, ended_at);
CREATE INDEX attempt_key ON attempt (action, key, at);
CREATE INDEX audit_entry_reseller ON audit_entry (reseller_id, at);
CREATE INDEX customer_name ON customer (reseller_id, search_name);
CREATE INDEX equipment_serial ON equipment (reseller_id, serial_number);
CREATE INDEX equipment_asset ON equipment (reseller_id, asset_tag);
CREATE UNIQUE INDEX defect_code ON defect (reseller_id, code);
CREATE UNIQUE INDEX part_code ON part (reseller_id, code);
CREATE INDEX part_use ON part (reseller_id, is_active, use_count);
CREATE INDEX meter_reading_newest ON meter_reading (equipment_id, read_at);
CREATE UNIQUE INDEX checklist_version_key ON checklist_version (template_id, number);
CREATE UNIQUE INDEX service_order_web_number ON service_order (reseller_id, web_number);
CREATE INDEX service_order_ilux_number ON service_order (reseller_id, ilux_number);
CREATE INDEX service_order_opened ON service_order (reseller_id, opened_at, id);
CREATE INDEX service_order_status ON service_order (reseller_id, status, opened_at, id);
CREATE INDEX service_order_agenda ON service_order (technician_id, status);
CREATE INDEX order_event_line ON order_event (service_order_id, recorded_at);
CREATE INDEX discrepancy_open ON discrepancy (reseller_id, raised_at) WHERE accepted_at IS NULL;
CREATE INDEX visit_newest ON visit (reseller_id, started_at, id);
CREATE INDEX visit_technician ON visit (technician_id, ended_at);
CREATE INDEX visit_equipment ON visit (equipment_id, ended_at);
CREATE UNIQUE INDEX visit_signature ON signature (visit_id, signed_at);
CREATE UNIQUE INDEX last_position_technician ON last_position (technician_id);
CREATE INDEX job_due ON job (state, run_at);
CREATE UNIQUE INDEX job_dedupe ON job (dedupe_key) WHERE state = 'waiting';
