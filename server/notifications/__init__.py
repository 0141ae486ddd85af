"""Telling people what happened: announced by what did it, fanned out and sent by the worker."""
