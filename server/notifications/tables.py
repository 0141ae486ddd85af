"""What happened, whom it is told, and by which way; a way is a dispatch, for deliveries are the drivers'."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference


class NotificationEvent(Table, tablename="notification_event"):
    """What happened, written by the transaction that did it; the worker makes notifications of it."""

    id = identity()
    reseller_id = reference(Reseller)
    kind = Varchar(length=40, help_text="An Event.")
    subject_kind = Varchar(length=30, default="", help_text="A Subject.")
    subject_id = UUID(null=True, default=None)
    company_id = UUID(null=True, default=None)
    customer_id = UUID(null=True, default=None)
    technician_id = UUID(null=True, default=None, help_text="Of events that are for one technician.")
    user_id = UUID(null=True, default=None, help_text="Of events that are for one person.")
    actor_id = UUID(null=True, default=None, help_text="Who did it, and is not told.")
    facts = JSONB(default="{}")
    created_at = instant(required=True)
    fanned_out_at = instant()


class Notification(Table, tablename="notification"):
    """One event told to one person, a line of their bell. Its title may stand on a lock screen."""

    id = identity()
    reseller_id = reference(Reseller)
    event_id = reference(NotificationEvent)
    user_id = reference(User)
    kind = Varchar(length=40)
    title = Varchar(length=120)
    body = Text(default="")
    path = Varchar(length=200, default="")
    group_key = Varchar(
        length=80, default="", help_text="What a newer one of the same key takes the place of."
    )
    created_at = instant(required=True)
    read_at = instant()
    mail_subject = Varchar(length=160, default="", help_text="Where the reseller says it in own words.")
    mail_opening = Text(default="")
    mail_closing = Text(default="")


class NotificationDispatch(Table, tablename="notification_dispatch"):
    """One notification on its way to one address: waiting, sending, sent, dead or withheld.

    What leaves together has the `parcel_id` of the one that leads it; `touched_at` is when the wire may have
    learnt of it.
    """

    id = identity()
    reseller_id = reference(Reseller)
    notification_id = reference(Notification)
    user_id = reference(User)
    kind = Varchar(length=40)
    channel = Varchar(length=10, help_text="mail or push.")
    address = Varchar(length=200, help_text="A mail address, or the id of a subscription.")
    state = Varchar(length=10, default="waiting")
    attempts = Integer(default=0)
    due_at = instant(required=True)
    leased_until = instant()
    parcel_id = UUID(null=True, default=None)
    touched_at = instant()
    repeats = Integer(default=0, help_text="How often it left again because nobody knew whether it had.")
    sent_at = instant()
    ended_at = instant()
    bounced_at = instant()
    last_error = Varchar(length=500, default="")
    created_at = instant(required=True)


class NotificationText(Table, tablename="notification_text"):
    """What a reseller says of one kind of event in own words; the highest number holds. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    kind = Varchar(length=40, help_text="An Event.")
    number = Integer(default=0, help_text="Counts what was written of that kind from 1.")
    is_default = Boolean(default=False, help_text="Back to the portal's own words.")
    title = Varchar(length=120, default="", help_text="May stand on a lock screen.")
    subject = Varchar(length=160, default="")
    opening = Text(default="")
    closing = Text(default="")
    written_at = instant(required=True)
    written_by_id = UUID(null=True, default=None)
    written_by_name = Varchar(length=120, default="")


class NotificationPreference(Table, tablename="notification_preference"):
    """What a person chose for one kind of event; without a row the kind's default holds."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    kind = Varchar(length=40)
    mail = Boolean(default=True)
    push = Boolean(default=True)


class NotificationSettings(Table, tablename="notification_settings"):
    """When a person wants to be left alone, in minutes of their local day, and how long mail is collected."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    quiet_from = Integer(null=True, default=None)
    quiet_until = Integer(null=True, default=None)
    digest_minutes = Integer(default=0)


class UndeliverableAddress(Table, tablename="undeliverable_address"):
    """A mail address that was refused for good, how often, and since when nothing is sent there any more."""

    id = identity()
    reseller_id = reference(Reseller)
    address = Varchar(length=200)
    failures = Integer(default=0)
    last_error = Varchar(length=500, default="")
    last_failed_at = instant(required=True)
    marked_at = instant()
