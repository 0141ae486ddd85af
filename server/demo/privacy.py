"""Documents with what people answered, one person who has not, and a request that waits for the admin."""

from __future__ import annotations

from datetime import timedelta

from server.demo.logins import LOGINS
from server.demo.world import World
from server.privacy.defaults import default_text
from server.privacy.rules import ANSWER_WITHIN, CHOICES, REQUIRED, TITLES, hash_of_text, tidy_text

UNASKED = "abertura"  # sees the documents at the first login
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36"


def make_privacy(world: World, name: str) -> None:
    """After everything else, so that the other rows stay as they were."""
    published = world.now - timedelta(days=120)
    for kind in (*REQUIRED, *CHOICES):
        document_id, version_id = world.id_at(published), world.id_at(published)
        text = tidy_text(default_text(kind, name))
        sha256 = hash_of_text(text)
        world.add(
            "policy_document", id=document_id, kind=kind.value, title=TITLES[kind], current_id=version_id
        )
        world.add(
            "policy_version",
            id=version_id,
            document_id=document_id,
            number=1,
            text=text,
            sha256=sha256,
            written_at=published,
            published_at=published,
        )
        if kind not in REQUIRED:
            continue
        for login in LOGINS:
            if login.local != UNASKED:
                at = published + timedelta(days=3, minutes=world.rng.randrange(600))
                world.add(
                    "consent",
                    id=world.id_at(at),
                    user_id=world.users[login.local],
                    document_id=document_id,
                    version_id=version_id,
                    sha256=sha256,
                    is_granted=True,
                    address="203.0.113.17",
                    user_agent=BROWSER,
                    at=at,
                )
    _requests(world)


def _requests(world: World) -> None:
    for local, days in (("faturamento", 11), ("suprimentos", 16)):
        at = world.now - timedelta(days=days)
        world.add(
            "data_request",
            id=world.id_at(at),
            user_id=world.users[local],
            asked_by_id=world.users[local],
            kind="erasure",
            state="asked",
            asked_at=at,
            due_at=at + ANSWER_WITHIN,
        )
