"""Quarantine: what phones sent and the portal could not apply, for a person to look at and run again."""

import server.sync.quarantine.problems  # noqa: F401 - fills the catalogue
