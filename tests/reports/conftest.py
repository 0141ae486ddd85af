"""The office of the desk's tests, for these."""

from tests.desk.conftest import ana, carla, office  # noqa: F401
