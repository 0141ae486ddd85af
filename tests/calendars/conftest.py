"""The desk's office, to open calls that are promised."""

from tests.desk.conftest import ana, office

__all__ = ["ana", "office"]
