"""The channel *mail*: one connection used again and again, one Message-ID for a parcel and its repetition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

from piccolo_conf import DB
from server import settings as settings_module
from server.accounts.actor import Actor
from server.database import Transaction
from server.mail.letters import colored
from server.mail.message import write_message
from server.mail.server import server_url
from server.mail.smtp import SmtpConnection, SmtpDown, SmtpRefused
from server.notifications.channels import Parcel, Permanent, Temporary, Unreachable, Withheld, register
from server.notifications.letters import Addressee, compose
from server.web.traffic import give_way

_ADDRESSEE = (
    "SELECT b.primary_color, u.id, u.name, r.name FROM app_user u JOIN reseller r ON r.id = u.reseller_id"
    " LEFT JOIN brand b ON b.reseller_id = r.id"
    " WHERE u.id = $1 AND u.is_active AND r.is_active AND u.email = $2"
)


class MailChannel:
    name = "mail"
    lines_at_once = 50

    def __init__(self) -> None:
        self._connection = SmtpConnection()

    @property
    def wait(self) -> timedelta:
        return timedelta(seconds=settings_module.current().mail_group_seconds)

    async def addresses(self, tx: Transaction, people: Sequence[Actor]) -> Mapping[UUID, Sequence[str]]:
        if not server_url(settings_module.current()):
            return {}
        return {actor.user_id: [actor.email] for actor in people}

    async def send(self, parcel: Parcel) -> None:
        settings = settings_module.current()
        url = server_url(settings)
        if not url:
            raise Unreachable("nenhum servidor de e-mail")
        rows = await DB.fetch(_ADDRESSEE, parcel.user_id, parcel.address)
        if not rows:
            raise Withheld("a pessoa saiu ou mudou de endereço")
        await give_way()
        color, *addressee = rows[0]
        with colored(color) if color else nullcontext():
            letter = compose(parcel.address, Addressee(*addressee), parcel.lines, settings)
        message = write_message(letter, settings, str(parcel.id))
        try:
            await self._connection.send(message, url, before_data=parcel.touch)
        except SmtpDown as down:
            raise Unreachable(str(down)) from down
        except SmtpRefused as refused:
            if refused.is_temporary:
                raise Temporary(str(refused)) from refused
            raise Permanent(str(refused), is_address=refused.is_address) from refused

    async def rest(self) -> None:
        await self._connection.close()


register(MailChannel())
