"""The proof of delivery on paper, a PDF set as the service report is; its fields are the event 110130's.

`compose` turns an invoice into a `document` of texts; `server.printing` sets it with `delivery_proof.typ`.
"""

from server.deliveries.report.print import print_proof

__all__ = ["print_proof"]
