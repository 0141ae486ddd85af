"""The portal calls the browsers' push services, and no other machine."""

from __future__ import annotations

import pytest

from server.notifications.push.endpoints import may_send_to


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGfxyz",
        "https://db5p.notify.windows.com/w/?token=BQYAAAA%3d",
        "https://fcm.googleapis.com:443/fcm/send/abc",
    ],
)
def test_the_services_of_the_browsers_are_known(endpoint: str) -> None:
    assert may_send_to(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://storage.googleapis.com/x",
        "https://evilpush.apple.com/x",
        "https://push.apple.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1\\@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "ftp://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:port/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "https://fcm.googleapis.com/a\r\nHost: b",
        "",
    ],
)
def test_everything_else_is_refused(endpoint: str) -> None:
    assert not may_send_to(endpoint)


def test_an_extra_host_is_named_with_its_port() -> None:
    assert may_send_to("http://127.0.0.1:9999/x", {"127.0.0.1:9999"})
    assert not may_send_to("http://127.0.0.1:9998/x", {"127.0.0.1:9999"})
    assert not may_send_to("http://evil.127.0.0.1:9999/x", {"127.0.0.1:9999"})
