"""What every printed page shares: the reseller's paper (`letterhead`, `paper.typ`) and the press (`render`).

A feature composes a document of texts and sets it with a template of its own, which begins with
`#import "paper.typ": *`. A text reaches typst as a JSON string and never as markup, so nothing that
somebody typed can be run.
"""
