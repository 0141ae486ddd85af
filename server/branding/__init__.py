"""How a reseller's portal looks: its name, colour and logo, and the entrance that its own site leads to."""

import server.branding.problems  # noqa: F401 - fills the catalogue
