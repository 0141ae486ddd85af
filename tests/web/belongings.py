"""What belongs to one person: wishes, a phone, notices, messages, and what an admin set up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient, SyncMutation, SyncRescue, SyncUpload
from server.api.tables import ApiToken
from server.attachments.tables import Attachment
from server.bridge.tables import IluxMessage, IluxRefusal
from server.notifications.push.tables import PushSubscription
from server.notifications.tables import (
    Notification,
    NotificationDispatch,
    NotificationEvent,
    UndeliverableAddress,
)
from server.privacy.tables import DataRequest, PolicyDocument, PolicyVersion
from server.service_orders.tables import (
    SavedFilter,
)
from server.triage.tables import CannedAnswer
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.accounts.people import House
from tests.web.corner import NOW, PICTURE, SHA256, numbers


async def _wishes(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    """A document that nobody is asked about, and what this person asks about their data."""
    document_id, version_id, request_id = uuid7(), uuid7(), uuid7()
    await PolicyDocument.insert(
        PolicyDocument(
            id=document_id,
            reseller_id=house.reseller_id,
            kind=f"kind-{next(numbers)}",
            title="Documento",
        )
    )
    await PolicyVersion.insert(
        PolicyVersion(
            id=version_id,
            reseller_id=house.reseller_id,
            document_id=document_id,
            number=1,
            text="texto",
            sha256=SHA256,
            written_at=NOW,
            published_at=NOW,
        )
    )
    await DataRequest.insert(
        DataRequest(
            id=request_id,
            reseller_id=house.reseller_id,
            user_id=user_id,
            asked_by_id=user_id,
            kind="erasure",
            asked_at=NOW,
            due_at=NOW,
            file_path=f"{house.reseller_id}/{SHA256}",
            expires_at=NOW + timedelta(days=1),
        )
    )
    return {"document_id": document_id, "version_id": version_id, "request_id": request_id}


async def _phone(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    """A phone with an upload, a quarantined mutation and a rescue."""
    client_id, upload_id, rescue_id = uuid7(), uuid7(), uuid7()
    await SyncClient.insert(
        SyncClient(
            id=client_id,
            reseller_id=house.reseller_id,
            user_id=user_id,
            kind="phone",
            name="phone",
            platform="",
            enrolled_at=NOW,
            last_seen_at=NOW,
        )
    )
    await SyncUpload.insert(
        SyncUpload(
            id=upload_id,
            reseller_id=house.reseller_id,
            client_id=client_id,
            sha256="0" * 64,
            size=10,
            content_type="image/png",
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
    )
    await SyncMutation.insert(
        SyncMutation(
            reseller_id=house.reseller_id,
            client_id=client_id,
            user_id=user_id,
            seq=1,
            uid=(uid := uuid7()),
            received_json=f'{{"seq":1,"uid":"{uid}","name":"of_tomorrow"}}',
            status="quarantined",
            code="malformed",
            received_at=NOW,
        )
    )
    await SyncRescue.insert(
        SyncRescue(
            id=rescue_id,
            reseller_id=house.reseller_id,
            user_id=user_id,
            client_id=client_id,
            sha256=SHA256,
            size=len(PICTURE),
            content_type="image/png",
            path=f"{house.reseller_id}/{SHA256}",
            received_at=NOW,
        )
    )
    return {"client_id": client_id, "upload_id": upload_id, "rescue_id": rescue_id}


async def _notices(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    subscription_id, notification_id, event_id = uuid7(), uuid7(), uuid7()
    await NotificationEvent.insert(
        NotificationEvent(id=event_id, reseller_id=house.reseller_id, kind="trial", created_at=NOW)
    )
    await Notification.insert(
        Notification(
            id=notification_id,
            reseller_id=house.reseller_id,
            event_id=event_id,
            user_id=user_id,
            kind="trial",
            title=house.name,
            created_at=NOW,
        )
    )
    await PushSubscription.insert(
        PushSubscription(
            id=subscription_id,
            reseller_id=house.reseller_id,
            user_id=user_id,
            session_id=session_id,
            endpoint=f"https://fcm.googleapis.com/{subscription_id}",
            p256dh="",
            auth="",
            created_at=NOW,
        )
    )
    dispatch_id, address_id = uuid7(), uuid7()
    await NotificationDispatch.insert(
        NotificationDispatch(
            id=dispatch_id,
            reseller_id=house.reseller_id,
            notification_id=notification_id,
            user_id=user_id,
            kind="trial",
            channel="mail",
            address="x@x.test",
            state="dead",
        )
    )
    await UndeliverableAddress.insert(
        UndeliverableAddress(
            id=address_id, reseller_id=house.reseller_id, address=str(address_id), marked_at=NOW
        )
    )
    return {
        "subscription_id": subscription_id,
        "notification_id": notification_id,
        "dispatch_id": dispatch_id,
        "address_id": address_id,
        "mail_id": uuid7(),
    }


async def _messages(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    """What ILUX and the portal had to say to each other, in vain."""
    refusal_id, message_id = uuid7(), uuid7()
    await IluxRefusal.insert(
        IluxRefusal(
            id=refusal_id,
            reseller_id=house.reseller_id,
            entity="part",
            key=str(refusal_id),
            data="{}",
            code="missing",
            field="code",
            refused_at=NOW,
        )
    )
    await IluxMessage.insert(
        IluxMessage(
            id=message_id,
            reseller_id=house.reseller_id,
            entity="meter_reading",
            write="taken",
            row_id=uuid7(),
            status="refused",
            created_at=NOW,
            answered_at=NOW,
        )
    )
    return {"refusal_id": refusal_id, "message_id": message_id}


async def _desk(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    """What somebody at the desk keeps: a file that hangs on nothing yet, a filter, a canned answer."""
    loose_id, saved_filter_id, answer_id = uuid7(), uuid7(), uuid7()
    await CannedAnswer.insert(
        CannedAnswer(id=answer_id, reseller_id=house.reseller_id, title="Rede", body=str(answer_id))
    )
    await Attachment.insert(
        Attachment(id=loose_id, reseller_id=house.reseller_id, uploaded_by_id=user_id, uploaded_at=NOW)
    )
    await SavedFilter.insert(
        SavedFilter(
            id=saved_filter_id,
            reseller_id=house.reseller_id,
            user_id=user_id,
            name=str(saved_filter_id),
            query="?sort=number",
        )
    )
    return {"loose_id": loose_id, "saved_filter_id": saved_filter_id, "answer_id": answer_id}


async def _programs(house: House, user_id: UUID, session_id: UUID) -> dict[str, UUID]:
    """A token of the API, and an address that hears of events with something that was sent there."""
    token_id, endpoint_id, delivery_id = uuid7(), uuid7(), uuid7()
    owner = {"reseller_id": house.reseller_id}
    await ApiToken.insert(
        ApiToken(
            id=token_id,
            created_by_id=user_id,
            name="ERP",
            token_hash=str(token_id),
            expires_at=NOW + timedelta(days=1),
            **owner,
        )
    )
    await WebhookEndpoint.insert(
        WebhookEndpoint(id=endpoint_id, created_by_id=user_id, url="https://hook.example/", **owner)
    )
    await WebhookDelivery.insert(
        WebhookDelivery(
            id=delivery_id,
            endpoint_id=endpoint_id,
            kind="webhook.test",
            payload="{}",
            state="dead",
            due_at=NOW,
            **owner,
        )
    )
    return {"api_token_id": token_id, "webhook_endpoint_id": endpoint_id, "webhook_delivery_id": delivery_id}


MAKERS = (_phone, _notices, _messages, _desk, _wishes, _programs)
