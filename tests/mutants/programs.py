"""What could go wrong with other programs: they see more, make twice what was asked once, call inside."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CALLS, RULES = "tests/api/test_calls.py", "tests/api/test_rules.py"
SENDING, OUTWARD = "tests/webhooks/test_sending.py", "tests/web/test_outward.py"

MUTANTS = (
    Mutant(
        "a token needs no scope",
        "server/api/operations.py",
        "if scope not in caller.scopes:",
        "if scope is None:",
        (CALLS,),
    ),
    Mutant(
        "a token whose creator lost its companies reaches all of them",
        "server/api/rules.py",
        "return replace(creator, company_ids=left) if left else None",
        "return replace(creator, company_ids=left)",
        (RULES,),
    ),
    Mutant(
        "a token of customers reaches those that its creator does not",
        "server/api/tokens.py",
        ".where(visible(creator, Customer), Customer.id.is_in(sorted(ids)))",
        ".where(Customer.id.is_in(sorted(ids)))",
        (CALLS,),
    ),
    Mutant(
        "a call that arrives twice is opened twice",
        "server/api/idempotency.py",
        "        if is_new:\n",
        "        if made_id:\n",
        (CALLS,),
    ),
    Mutant(
        "a courier that lost its lease still writes",
        "server/webhooks/deliveries.py",
        "WHERE id = $1 AND attempts = $2 AND state = 'sending'\"",
        'WHERE id = $1 AND $2 > 0"',
        (SENDING,),
    ),
    Mutant(
        "names may lead into the house",
        "server/web/outward.py",
        'outside = [one for one in found if is_public(one["host"])]',
        "outside = list(found)",
        (OUTWARD,),
    ),
    Mutant(
        "numbers may lead into the house",
        "server/webhooks/sending.py",
        "    if fault:\n",
        "    if len(fault) > 500:\n",
        (SENDING,),
    ),
    Mutant(
        "an address that carries another is believed",
        "server/web/outward.py",
        "return is_public(str(ip.ipv4_mapped))",
        "return True",
        (OUTWARD,),
    ),
    Mutant(
        "an old secret signs for ever",
        "server/webhooks/sending.py",
        " and now < claimed.old_secret_until",
        "",
        (SENDING,),
    ),
)
