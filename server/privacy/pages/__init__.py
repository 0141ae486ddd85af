"""The addresses of documents, answers and requests, a file each noun."""

from __future__ import annotations

from server.privacy.pages import consents, documents, own, requests

ROUTES = [*consents.ROUTES, *documents.ROUTES, *own.ROUTES, *requests.ROUTES]
