"""All of them."""

from tests.mutants import bridge, notifications, phone, server

MUTANTS = (*server.MUTANTS, *phone.MUTANTS, *bridge.MUTANTS, *notifications.MUTANTS)
