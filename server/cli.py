"""The console: `pws serve`, `pws migrate`, and what else the person who runs the server does by hand."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from server import settings as settings_module
from server.problems import Problem
from server.settings import Settings

GRACEFUL_SHUTDOWN_S = 3  # an open live update would hold the server for ever
console = Console(highlight=False)


def main(arguments: list[str] | None = None) -> None:
    """Run one command; a failure that a person can mend is one line and exit code 1."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Settings], None] = options.command
    try:
        command(options, settings_module.current())
    except Problem as problem:
        details = "; ".join(f"{name}: {text}" for name, text in problem.facts.get("errors", {}).items())
        raise SystemExit(f"{problem.detail} {details}".strip()) from problem


def command_names() -> list[str]:
    """What `pws` can do."""
    (commands,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    return list(commands.choices)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pws", description="The portal's console.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Callable[[argparse.Namespace, Settings], None], text: str) -> Any:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    serve = add("serve", _serve, "serve the portal, with the worker inside unless PWS_WORKER_INSIDE says no")
    serve.add_argument("--host", help="instead of PWS_HOST")
    serve.add_argument("--port", type=int, help="instead of PWS_PORT")
    serve.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
    add("worker", _worker, "run a worker alone, beside web processes with PWS_WORKER_INSIDE=false")
    add("migrate", _migrate, "bring the database to the current schema; harmless to repeat")
    add("check-settings", _check_settings, "read the settings, say what is wrong, change nothing")
    add("health", _health, "ask the running portal whether it can work; exit code 0 when it can")
    add("rotate-epoch", _rotate_epoch, "after a restore from backup, before the portal serves again")
    add("vapid", _vapid, "make the key pair of push notifications, and print the settings that name it")
    add("bounce", _bounce, "read a mail from standard input; one that says that a mail bounced is noted")
    demo = add("demo", _demo, "migrate, load the demo once, and print its logins; never in production")
    demo.add_argument("--scale", default="demo", help="small, demo, demo10, bench or bench10")
    staff = add("staff", _staff_add, "the platform's own staff: pws staff add EMAIL NAME")
    staff.add_argument("action", choices=["add"])
    staff.add_argument("email")
    staff.add_argument("name")
    reseller = add("reseller", _reseller_add, "a new tenant: pws reseller add NAME …")
    reseller.add_argument("action", choices=["add"])
    reseller.add_argument("name")
    reseller.add_argument("--slug", required=True, help="its short name in addresses")
    reseller.add_argument("--cnpj", required=True)
    reseller.add_argument("--admin-name", required=True)
    reseller.add_argument("--admin-email", required=True)
    bridge = add("bridge-account", _bridge_account, "an account for an ILUX bridge; prints its token once")
    bridge.add_argument("reseller", metavar="RESELLER_SLUG")
    return parser


def _serve(options: argparse.Namespace, settings: Settings) -> None:
    import uvicorn

    if options.workers > 1 and settings.database_url.startswith("sqlite"):
        raise SystemExit("SQLite serves with one process; set PWS_DATABASE_URL to PostgreSQL for more.")
    host, port = options.host or settings.host, options.port or settings.port
    if not settings.is_production:
        console.print(f"Portal: [bold]http://{host}:{port}[/]  (Ctrl+C ends it; the data stays)")
    uvicorn.run(
        "server.app:create_lasting_app",
        factory=True,
        host=host,
        port=port,
        workers=options.workers,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
    )


def _worker(_: argparse.Namespace, __: Settings) -> None:
    from server import worker

    worker.main()


def _migrate(_: argparse.Namespace, __: Settings) -> None:
    from server.migrate import migrate

    _run(migrate())
    console.print("The database has the current schema.")


def _check_settings(_: argparse.Namespace, settings: Settings) -> None:
    """Reading them was the check."""
    kind = settings.database_url.partition("://")[0]
    console.print(f"The settings are right: {settings.environment}, {kind}, {settings.base_url}")


def _health(_: argparse.Namespace, settings: Settings) -> None:
    import httpx

    address = f"http://{settings.host}:{settings.port}/ready"
    try:
        answer = httpx.get(address, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        raise SystemExit(f"{address} does not answer: {error}") from error
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}: {answer.text}")
    console.print(f"{address}: ok")


def _rotate_epoch(_: argparse.Namespace, __: Settings) -> None:
    from offline_sync.store import clients
    from piccolo_conf import DB

    async def rotate() -> None:
        async with DB.transaction() as tx:
            await clients.start_epoch(tx, uuid4(), datetime.now(UTC))

    _run(rotate())
    console.print("A new epoch: every phone asks for its whole view and offers again what the backup lost.")


def _staff_add(options: argparse.Namespace, _: Settings) -> None:
    from server.staff.actions import add_staff

    password = getpass.getpass(f"Password for {options.email}: ") if sys.stdin.isatty() else input()
    _run(add_staff(options.email, options.name, password))
    console.print(f"{options.email} may log in at /admin/.")


def _reseller_add(options: argparse.Namespace, settings: Settings) -> None:
    from server.accounts.resellers import add_reseller

    link = _run(
        add_reseller(
            name=options.name,
            slug=options.slug,
            cnpj=options.cnpj,
            admin_name=options.admin_name,
            admin_email=options.admin_email,
            now=datetime.now(UTC),
            base_url=settings.base_url,
        )
    )
    console.print(f"{options.admin_email} chooses a password here, within a week:\n{link}", soft_wrap=True)


def _bridge_account(options: argparse.Namespace, settings: Settings) -> None:
    from server.bridge.accounts import add_bridge

    token = _run(add_bridge(options.reseller, now=datetime.now(UTC), settings=settings))
    console.print("The bridge's token. It is shown only now; an admin ends it at Usuários, Ponte ILUX:")
    console.print(token, soft_wrap=True, markup=False)


def _vapid(_: argparse.Namespace, settings: Settings) -> None:
    from server.notifications.push.vapid import new_private_key

    subject = settings.vapid_subject or "mailto:suporte@exemplo.br"
    console.print("Keep the key as long as the portal lives: with another one every browser subscribes anew.")
    console.print(f"PWS_VAPID_PRIVATE_KEY={new_private_key()}", soft_wrap=True, markup=False)
    console.print(f"PWS_VAPID_SUBJECT={subject}", soft_wrap=True, markup=False)


def _bounce(_: argparse.Namespace, __: Settings) -> None:
    from server.notifications import bounces

    bounce = bounces.read(sys.stdin.buffer.read())
    if bounce is not None:
        _run(bounces.record(bounce, datetime.now(UTC)))


def _demo(options: argparse.Namespace, settings: Settings) -> None:
    from piccolo_conf import DB  # before the features, which it imports by their tables
    from server.demo.load import is_loaded, load
    from server.demo.logins import PASSWORD
    from server.demo.scale import SCALES
    from server.migrate import migrate

    if settings.is_production:
        raise SystemExit("The demo has a password that everybody knows: it is not loaded in production.")
    if options.scale not in SCALES:
        raise SystemExit(f"--scale {options.scale}: use {', '.join(SCALES)}")

    async def prepare() -> None:
        from server.accounts.passwords import hash_password
        from server.web.stores import object_store

        await migrate()
        if not await is_loaded():
            with _bar() as bar:
                await load(
                    DB,
                    object_store(settings),
                    now=datetime.now(UTC),
                    password_hash=await hash_password(PASSWORD),
                    scale=SCALES[options.scale],
                    progress=_Bars(bar).show,
                )
            await DB.learn_sizes()

    _run(prepare())
    _print_logins()


def _print_logins() -> None:
    from server.accounts.actor import ROLE_NAMES
    from server.demo.logins import LOGINS, PASSWORD
    from server.demo.tenants import ILHA, OUTRA

    table = Table("login", "perfil", "pessoa", title=f"Demo: senha {PASSWORD}", title_justify="left")
    for login in LOGINS:
        table.add_row(f"{login.local}@{ILHA.slug}.example", ROLE_NAMES[login.role], login.name)
    console.print(table)
    console.print(f"Another reseller, to see that neither sees the other: admin@{OUTRA.slug}.example\n")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


class _Bars:
    """One bar for each kind of thing that is made."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """On a pool of its own, which is closed: an open connection would keep the process alive."""
    from piccolo_conf import DB

    async def run() -> Any:
        await DB.start_connection_pool()
        try:
            return await work
        finally:
            await DB.close_connection_pool()

    return asyncio.run(run())


if __name__ == "__main__":
    main()
