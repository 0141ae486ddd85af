"""The service report: one visit on paper, as a PDF that can be read aloud and archived (PDF/UA-1, PDF/A-2a).

`compose` turns a visit into a `document`, which holds only texts as a person reads them; `render` sets it
with typst and `service_report.typ`. A text reaches typst as a JSON string and never as markup, so nothing
that a customer or technician typed can be run.
"""

from server.visits.report.print import print_report

__all__ = ["print_report"]
