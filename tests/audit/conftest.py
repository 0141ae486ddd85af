"""The portal of the web tests, for these."""

from tests.web.conftest import portal, visitor  # noqa: F401
