"""Signatures that others can verify, addresses that are out of the house, and when enough was tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from server.notifications.events import Event
from server.webhooks.addresses import fault_of
from server.webhooks.kinds import KIND_NAMES, KIND_OF, WebhookKind
from server.webhooks.rules import WAITS, Answer, is_given_up, wait_after
from server.webhooks.signing import headers_of, new_secret

BODY = '{"type":"service_order.opened","name":"São João"}'.encode()


def test_the_specifications_own_library_verifies_what_is_signed() -> None:
    secret = new_secret()
    headers = headers_of("0190-1", datetime.now(UTC), BODY, [secret])
    assert Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.replace(b"opened", b"closed"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers | {"webhook-id": "0190-2"})
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_after_a_rotation_both_secrets_verify() -> None:
    old, new = new_secret(), new_secret()
    headers = headers_of("0190-1", datetime.now(UTC), BODY, [new, old])
    assert Webhook(old).verify(BODY, headers)
    assert Webhook(new).verify(BODY, headers)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.0.1:8443/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://localhost/",
        "https://localhost./",
        "https://intranet/",
        "https://db.internal/",
        "https://user:pass@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com:99999/",
        "ftp://example.com/",
        "http://example.com/",
        "",
        "https://" + "a" * 500 + ".com/",
    ],
)
def test_the_house_is_not_called(url: str) -> None:
    assert fault_of(url, is_demo=False) != ""


def test_what_is_public_is_called_and_what_the_operator_named() -> None:
    assert fault_of("https://hooks.example.com:8443/a?b=c", is_demo=False) == ""
    assert fault_of("https://93.184.215.14/", is_demo=False) == ""
    assert fault_of("http://hooks.example.com/", is_demo=True) == ""
    assert fault_of("http://127.0.0.1:8000/", is_demo=True) != ""
    private = {"erp.ilha.local:8080"}
    assert fault_of("http://erp.ilha.local:8080/hook", is_demo=False, private_hosts=private) == ""
    assert fault_of("http://erp.ilha.local:8081/hook", is_demo=False, private_hosts=private) != ""


def test_waits_grow_for_three_days_with_some_chance_and_end() -> None:
    waits = [wait_after(attempt, 0.5) for attempt in range(1, len(WAITS) + 1)]
    assert waits == list(WAITS)
    assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=4)
    assert wait_after(1, 0.0) == timedelta(seconds=4)
    assert wait_after(1, 1.0) == timedelta(seconds=6)
    assert wait_after(len(WAITS) + 1, 0.5) is None
    assert wait_after(1, 0.5, timedelta(minutes=9)) == timedelta(minutes=9)
    assert wait_after(1, 0.5, timedelta(days=400)) == timedelta(days=1)


def test_only_a_2xx_is_taken() -> None:
    assert [Answer(status).is_taken for status in (200, 204, 301, 400, 500)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert not Answer(None, "TimeoutError").is_taken
    assert Answer(410).is_gone
    assert "redirecionamentos" in Answer(302).said


def test_an_endpoint_is_given_up_after_five_days_of_nothing() -> None:
    now = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)
    assert is_given_up(now - timedelta(days=5), now)
    assert not is_given_up(now - timedelta(days=4, hours=23), now)


def test_every_kind_has_a_name_and_an_event() -> None:
    assert set(KIND_NAMES) == set(WebhookKind) == set(KIND_OF.values())
    assert {Event.ORDER_OPENED, Event.BILLING_PUBLISHED, Event.DELIVERY_MADE} <= KIND_OF.keys()
