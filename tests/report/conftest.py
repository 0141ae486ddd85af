"""The desk's office, for its paper."""

from tests.desk.conftest import office  # noqa: F401
