"""LGPD: what people are told of their data, what they answered, what they may ask for: docs/privacy.md."""

import server.privacy.problems  # noqa: F401 - fills the catalogue
