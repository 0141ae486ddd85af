"""No column that holds a person's name is forgotten when the person is."""

from __future__ import annotations

import re

from piccolo.columns import Varchar

from server.piccolo_app import APP_CONFIG
from server.privacy.holdings import HOLDINGS

PERSON = re.compile(r"(^|_)(user|author|sender|requester|driver|technician|by)_name$|_by$")
# Whose name it is is no user's: the ERP's invoice says who took it.
OF_NO_USER = {("invoice", "received_by")}


def test_each_name_of_a_user_is_taken_from_its_table() -> None:
    kept = {
        (table._meta.tablename, column._meta.name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if isinstance(column, Varchar) and PERSON.search(column._meta.name)
    }
    assert len(kept) > 10
    forgotten = {
        (found[1], column)
        for holding in HOLDINGS
        for statement in holding.forget
        if (found := re.match(r"UPDATE (\w+) SET (.*?) WHERE", statement, re.S))
        for column in re.findall(r"(\w+) =", found[2])
    }
    assert kept - forgotten - OF_NO_USER == set()
