"""Leituras do mês: what the desk sees of them, when each customer is asked, and the page behind the link."""

from __future__ import annotations

from server.reading_requests.pages import answers, requests, schedules

ROUTES = [*requests.ROUTES, *schedules.ROUTES, *answers.ROUTES]
