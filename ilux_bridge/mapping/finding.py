"""What a check found: an error stops the installation, a warning is for a person to weigh."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "erro"
    WARNING = "aviso"


class Code(StrEnum):
    """Stable names: scripts and help pages refer to them."""

    SERVER_TOO_OLD = "server_too_old"
    SERVER_OLD_LOGIN = "server_old_login"
    CAPTURE_UNSUPPORTED = "capture_unsupported"
    DIALECT_UNSUPPORTED = "dialect_unsupported"
    DIALECT_DIFFERENT = "dialect_different"
    DIALECT_LIMITS = "dialect_limits"
    CHARSET_UNKNOWN = "charset_unknown"
    CHARSET_DIFFERENT = "charset_different"
    NAME_RESERVED = "name_reserved"
    NAME_TOO_LONG = "name_too_long"
    TRIGGER_NAME_CLASH = "trigger_name_clash"
    TABLE_MISSING = "table_missing"
    COLUMN_MISSING = "column_missing"
    COLUMN_COMPUTED = "column_computed"
    RIGHT_MISSING = "right_missing"
    KEY_MISSING = "key_missing"
    KEY_NOT_UNIQUE = "key_not_unique"
    KEY_TYPE = "key_type"
    KEY_NULLABLE = "key_nullable"
    FILTER_TYPE = "filter_type"
    FILTER_LENGTH = "filter_length"
    HISTORY_UNMAPPED = "history_unmapped"
    FIELD_REQUIRED = "field_required"
    TYPE_INCOMPATIBLE = "type_incompatible"
    TYPE_DOUBTFUL = "type_doubtful"
    LENGTH_CUT = "length_cut"
    LENGTH_BEYOND_COLUMN = "length_beyond_column"
    MASK_LOST = "mask_lost"
    MAP_VALUE_TYPE = "map_value_type"
    MAP_INCOMPLETE = "map_incomplete"
    MAP_AMBIGUOUS = "map_ambiguous"
    REFERENCE_UNMAPPED = "reference_unmapped"
    REFERENCE_KEY = "reference_key"
    GENERATOR_MISSING = "generator_missing"
    GENERATOR_KEY = "generator_key"
    KEY_NOT_WRITTEN = "key_not_written"
    KEY_CHANGED = "key_changed"
    COLUMN_WRITTEN_TWICE = "column_written_twice"
    COLUMN_NOT_FILLED = "column_not_filled"
    NOT_DEDUPLICATED = "not_deduplicated"
    EXPECTED_ABSENT = "expected_absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` says what is so, `advice` what to do about it."""

    severity: Severity
    code: Code
    place: str
    text: str
    advice: str

    def __str__(self) -> str:
        return f"{self.severity} em {self.place}: {self.text} {self.advice} [{self.code}]"


@dataclass(slots=True)
class Findings:
    found: list[Finding] = field(default_factory=list)

    def error(self, code: Code, place: str, text: str, advice: str) -> None:
        self.found.append(Finding(Severity.ERROR, code, place, text, advice))

    def warning(self, code: Code, place: str, text: str, advice: str) -> None:
        self.found.append(Finding(Severity.WARNING, code, place, text, advice))
