"""Who may use the portal, and what each may see."""

import server.accounts.problems  # noqa: F401 - fills the catalogue
