"""All of them."""

from tests.mutants import phone, server

MUTANTS = (*server.MUTANTS, *phone.MUTANTS)
