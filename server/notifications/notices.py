"""Telling open pages that a person's bell changed, and the postman that something waits: after the commit."""

from __future__ import annotations

from uuid import UUID

POSTMAN_TOPIC = "dispatches"


def bell_topic(user_id: UUID) -> str:
    return f"user:{user_id}:notifications"
