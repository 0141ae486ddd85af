"""Visits are told through the phone that records them."""

from tests.sync_technician.conftest import clock, service, tiago, vera, world

__all__ = ["clock", "service", "tiago", "vera", "world"]
