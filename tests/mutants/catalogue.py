"""All of them."""

from tests.mutants import bridge, notifications, phone, programs, server

MUTANTS = (*server.MUTANTS, *phone.MUTANTS, *bridge.MUTANTS, *notifications.MUTANTS, *programs.MUTANTS)
