"""The demo's mailbox to read: whoever tries the portal sees the mails that it sends. Nowhere else."""

from __future__ import annotations

import asyncio
from uuid import UUID

from litestar import MediaType, get
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from server.mail import mailbox
from server.problems import Problem
from server.settings import Settings
from server.web.headers import content_security_policy
from server.web.requests import AnyRequest

PATH = "/demo/mailbox"
# A mail's own HTML: no script, nothing fetched, and its links open in the whole window.
_MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self';"
    " sandbox allow-top-navigation-by-user-activation"
)


@get(PATH, opt={"public": True})
async def list_mails(request: AnyRequest, to: FromQuery[str] = "") -> Template:
    settings = _settings(request)
    mails = await asyncio.to_thread(mailbox.list_mails, settings, to)
    return Template("demo/mailbox.html", context={"mails": mails, "to": to})


@get(f"{PATH}/{{mail_id:uuid}}", opt={"public": True})
async def show_mail(request: AnyRequest, mail_id: FromPath[UUID]) -> Template:
    settings = _settings(request)
    mail = await asyncio.to_thread(mailbox.read_mail, settings, str(mail_id))
    if mail is None:
        raise Problem("not_found")
    plain = mail.get_body(("plain",))
    context = {
        "mail_id": mail_id,
        "headers": [(name, str(value)) for name, value in mail.items() if not name.startswith("Content-")],
        "subject": str(mail["Subject"]),
        "text": plain.get_content() if plain is not None else "",
    }
    framed = f"{content_security_policy(settings)}; frame-src 'self'"
    return Template("demo/mail.html", context=context, headers={"Content-Security-Policy": framed})


@get(f"{PATH}/{{mail_id:uuid}}/html", opt={"public": True})
async def show_html(request: AnyRequest, mail_id: FromPath[UUID]) -> Response[str]:
    mail = await asyncio.to_thread(mailbox.read_mail, _settings(request), str(mail_id))
    part = mail.get_body(("html",)) if mail is not None else None
    if part is None:
        raise Problem("not_found")
    html = str(part.get_content()).replace("<head>", '<head><base target="_top">', 1)
    return Response(html, media_type=MediaType.HTML, headers={"Content-Security-Policy": _MAIL_CSP})


ROUTES = [list_mails, show_mail, show_html]


def _settings(request: AnyRequest) -> Settings:
    """Raises `not_found` where there is no mailbox."""
    settings: Settings = request.app.state.settings
    if not mailbox.has_mailbox(settings):
        raise Problem("not_found")
    return settings
