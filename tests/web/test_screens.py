"""Every page is looked at by axe, in the browsers' tests."""

from __future__ import annotations

from server.demo.logins import LOGINS
from tests.web.addresses import PAGES
from tests.web.matrix import PUBLIC
from tests.web.screens import PARTS, SCREENS


def test_every_page_of_the_matrix_is_shown_to_axe() -> None:
    seen = {screen.path for screen in SCREENS}
    assert {access.path for access in PAGES} - seen - PARTS == set()
    assert seen - {access.path for access in PAGES} == set()
    assert seen & PARTS == set()


def test_each_is_opened_by_somebody_who_may() -> None:
    roles = {login.local: login.role for login in LOGINS}
    allowed = {access.path: access.roles for access in PAGES}
    for screen in SCREENS:
        open_to = allowed[screen.path]
        assert open_to is PUBLIC if not screen.login else open_to and roles[screen.login] in open_to, screen
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))
