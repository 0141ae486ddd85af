"""Measures the portal's sync as a user would start it, beside a floor that does the same without any rules.

`make bench` runs it; docs/performance.md says what the figures were and what they taught.
"""
