"""The service report: one visit on paper, as a PDF that can be read aloud and archived (PDF/UA-1, PDF/A-2a).

`compose` turns a visit into a `document`, which holds only texts as a person reads them; `server.printing`
sets it with `service_report.typ`.
"""

from server.visits.report.print import TEMPLATE, print_report

__all__ = ["TEMPLATE", "print_report"]
