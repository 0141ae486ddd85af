"""What customers write to the reseller by the contact form, and what the reseller answers."""

from __future__ import annotations

from piccolo.columns import Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Company, Reseller, User
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference


class ContactMessage(Table, tablename="contact_message"):
    """A message of a customer's person; who is told depends on its kind."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    kind = Varchar(length=10, default="contact", help_text="contact or lead.")
    state = Varchar(length=10, default="open", help_text="open, answered or closed.")
    subject = Varchar(length=120)
    body = Text()
    sender_id = reference(User)
    sender_name = Varchar(length=120, default="")
    sender_email = Varchar(length=200, default="")
    sender_phone = Varchar(length=30, default="")
    sent_at = instant(required=True)
    closed_at = instant()
    closed_by_name = Varchar(length=120, default="")


class ContactAnswer(Table, tablename="contact_answer"):
    """What the desk wrote back. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    contact_message_id = reference(ContactMessage)
    user_id = reference(User)
    user_name = Varchar(length=120, default="")
    body = Text()
    answered_at = instant(required=True)
