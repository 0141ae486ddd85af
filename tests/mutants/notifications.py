"""What could go wrong in telling people: too many, too few, the wrong ones."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FAN_OUT, POSTMAN = "tests/notifications/test_fan_out.py", "tests/notifications/test_postman.py"
MAIL, BRIDGE = "tests/notifications/test_mail.py", "tests/bridge_portal/test_announcements.py"

MUTANTS = (
    Mutant(
        "who did it is told of it",
        "server/notifications/audience.py",
        "if one.actor.user_id != happening.actor_id\n",
        "if one.actor.user_id is not None\n",
        (FAN_OUT,),
    ),
    Mutant(
        "a flag widens what a person may see",
        "server/notifications/audience.py",
        "return [one for one in people if seen[reaches[one.actor.user_id]]]",
        "return [one for one in people if one.mails or seen[reaches[one.actor.user_id]]]",
        (FAN_OUT,),
    ),
    Mutant(
        "an event is fanned out again when its job runs again",
        "server/notifications/fan_out.py",
        " WHERE id = $1 AND fanned_out_at IS NULL",
        " WHERE id = $1",
        (FAN_OUT,),
    ),
    Mutant(
        "nobody writes down that the wire may know",
        "server/notifications/mail.py",
        "message, url, before_data=parcel.touch)",
        "message, url)",
        (MAIL,),
    ),
    Mutant(
        "a mail in doubt is sent again and again",
        "server/notifications/rules.py",
        "return not is_touched or repeats < MAX_REPEATS",
        "return True",
        (POSTMAN,),
    ),
    Mutant(
        "who lost the lease sends nevertheless",
        "server/notifications/parcels.py",
        "    if not held:\n        raise LeaseLost\n",
        "",
        (POSTMAN,),
    ),
    Mutant(
        "a load of the bridge is news",
        "server/bridge/orders.py",
        "is_live=one.row.load_id is None and one.row.index is not None,",
        "is_live=True,",
        (BRIDGE,),
    ),
)
