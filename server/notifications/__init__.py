"""Telling people what happened: announced by the transaction that did it, the rest is the worker's."""
