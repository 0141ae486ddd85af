"""Firebird's services: the server itself backs up, restores and validates, while people work in the base.

Paths are the server's; what it says comes line by line, and a job that goes wrong may end without an error,
so that whoever asks reads the lines (`ilux_bridge.backup.gbak`). Like a connection, one belongs to its thread
and dies with the first error; only `interrupt` may be called from another.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import firebirdsql
from firebirdsql import consts
from firebirdsql.services import Services as DriverServices

from ilux_bridge.driver import DriverConnection
from ilux_bridge.firebird import Address
from ilux_bridge.problems import BROKEN_WIRE, FirebirdDown, translated

SILENCE_S = 600.0  # the index of a large table is built without a word
Line = Callable[[str], None]

_VALIDATE = 30  # isc_action_svc_validate, which the driver does not know; Firebird 3 and later
_LINE = 62  # isc_info_svc_line
_AUTH_DATA = 111  # isc_spb_specific_auth_data; the driver sends the number that a connection has
_IS_RUNNING = bytes([_LINE, 0, 0, 1])


@dataclass(slots=True)
class Services:
    """One job after another. `interrupt` breaks off the one under way, which then raises `FirebirdDown`.

    The server may go on with a job that nobody listens to any more.
    """

    address: Address
    _driver: _Driver | None = field(default=None, init=False)
    _is_interrupted: bool = field(default=False, init=False)

    def back_up(self, file: str, said: Line) -> None:
        """The base of the address into `file`. External tables stay outside, as they are."""
        self._run(
            bytes([consts.isc_action_svc_backup])
            + _text(consts.isc_spb_dbname, self.address.database)
            + _text(consts.isc_spb_bkp_file, file)
            + _options(0),
            said,
        )

    def restore(self, file: str, database: str, said: Line) -> None:
        """Into a new base; one that is there already is never touched."""
        self._run(
            bytes([consts.isc_action_svc_restore])
            + _text(consts.isc_spb_bkp_file, file)
            + _text(consts.isc_spb_dbname, database)
            + _options(consts.isc_spb_res_create),
            said,
        )

    def validate(self, database: str, said: Line) -> None:
        """Every page of a base, which may be in use. Not before Firebird 3."""
        self._run(bytes([_VALIDATE]) + _text(consts.isc_spb_dbname, database), said)

    def interrupt(self) -> None:
        self._is_interrupted = True
        driver = self._driver
        if driver is not None and driver.sock is not None:
            with contextlib.suppress(OSError):
                driver.sock._sock.shutdown(socket.SHUT_RDWR)

    def _run(self, job: bytes, said: Line) -> None:
        address = self.address
        driver: _Driver | None = None
        try:
            driver = self._driver = _Driver(
                host=address.host,
                port=address.port,
                user=address.user,
                password=address.password,
                charset="UTF8",
                timeout=max(address.timeout_s, SILENCE_S),
                auth_plugin_name="Legacy_Auth" if address.has_legacy_login else None,
                is_services=True,
            )
            driver._initialize()
            if self._is_interrupted:
                raise FirebirdDown("Interrompido.")
            driver.run(job, said)
            driver.close()
        except (firebirdsql.Error, *BROKEN_WIRE) as error:
            raise translated(error) from error
        finally:
            self._driver = None
            if driver is not None:
                driver.abandon()


class _Driver(DriverConnection, DriverServices):
    def run(self, job: bytes, said: Line) -> None:
        self._op_service_start(job)
        self._op_response()
        while True:
            self._op_service_info(bytes([2]), bytes([_LINE]))
            _, _, answer = self._op_response()
            if answer[:4] == _IS_RUNNING:
                return
            length = int.from_bytes(answer[1:3], "little")
            said(self.bytes_to_str(answer[3 : 3 + length]).rstrip())

    def _op_service_attach(self) -> None:
        # As the driver's own, but for the number of the authentication, which only unencrypted logins need.
        login = bytes([2, 2]) + _short(consts.isc_spb_user_name, self.user.encode())
        if self.auth_data:
            login += _short(_AUTH_DATA, self.auth_data.hex().encode())
        message = firebirdsql.wireprotocol.Packer()
        message.pack_int(self.op_service_attach)
        message.pack_int(0)
        message.pack_bytes(b"service_mgr")
        message.pack_bytes(login)
        self.sock.send(message.get_buffer())


def _short(number: int, value: bytes) -> bytes:
    return bytes([number, len(value)]) + value


def _text(number: int, value: str) -> bytes:
    raw = value.encode()
    return bytes([number]) + len(raw).to_bytes(2, "little") + raw


def _options(mask: int) -> bytes:
    number = bytes([consts.isc_spb_options]) + mask.to_bytes(4, "little")
    return number + bytes([consts.isc_spb_verbose])
