"""All of them."""

from tests.mutants import bridge, phone, server

MUTANTS = (*server.MUTANTS, *phone.MUTANTS, *bridge.MUTANTS)
