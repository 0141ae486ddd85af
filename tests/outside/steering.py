"""Steers Schemathesis' valid requests to what exists: a phone's own id, epoch and numbers, real pictures.

A generator draws ids and hashes that nobody has, so that all it would ever see is 404. What it draws wrong on
purpose is left as it is.
"""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from PIL import Image
from schemathesis import Case, HookContext, Response

from tests.outside.portal import Tecla

PIECE_TYPE = "application/offset+octet-stream"
TOLD_LMID = {"/sync/v1/clients", "/sync/v1/push", "/sync/v1/pull"}


@schemathesis.serializer(PIECE_TYPE)
def write_piece(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A piece is bytes; what generates requests knows texts, so each letter of one is a byte."""
    return str(value).encode("latin-1", "replace")


@dataclass
class Steering:
    """What a client of the protocol has to remember."""

    tecla: Tecla
    epoch: str
    lmids: dict[str, int]
    pictures: dict[str, bytes] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    drawn: int = 0

    def before_call(self, context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        if isinstance(case.body, dict):
            case.body = _plain(case.body)
        if isinstance(case.body, dict) and "client_id" in case.body and case.path != "/sync/v1/clients":
            self._steer_body(case.body)
        if case.query and "client_id" in case.query and case.query["client_id"] not in self.lmids:
            case.query["client_id"] = str(self.tecla.client_id)
        if case.method == "POST" and case.path == "/sync/v1/files":
            self._steer_creation(case)
        if case.method == "PATCH":
            self._steer_piece(case)

    def after_call(self, context: HookContext, case: Case, response: Response) -> None:
        """Other answers are the checks' business."""
        if response.status_code not in {200, 201, 204}:
            return
        method = str(response.request.method)
        if method == "POST" and case.path in TOLD_LMID and isinstance(case.body, dict):
            self.lmids[str(case.body.get("client_id"))] = response.json()["lmid"]
        if method == "POST" and case.path == "/sync/v1/files":
            digest = _sha256_in(str(case.headers.get("Upload-Metadata")))
            upload = _last_part(response.headers["location"][0])
            self.offsets[upload] = int(response.headers["upload-offset"][0])
            if digest in self.pictures:
                self.pictures[upload] = self.pictures[digest]
        if method == "PATCH":
            self.offsets[str(case.path_parameters["upload_id"])] = int(response.headers["upload-offset"][0])

    def _steer_body(self, body: dict[str, Any]) -> None:
        if body["client_id"] not in self.lmids:
            body["client_id"] = str(self.tecla.client_id)
        if "epoch" in body:
            body["epoch"] = self.epoch
        if isinstance(body.get("page"), str):
            body["page"] = self.epoch + body["page"][36:]
        for seq, mutation in enumerate(body.get("mutations", ()), self.lmids[body["client_id"]] + 1):
            mutation["seq"] = seq

    def _steer_creation(self, case: Case) -> None:
        """Every third picture is one that the portal has seen already."""
        self.drawn += 1
        content = _picture(self.drawn // 3 * 3 if self.drawn % 3 else self.drawn - 3)
        digest = hashlib.sha256(content).hexdigest()
        self.pictures[digest] = content
        values = {"client": str(self.tecla.client_id), "sha256": digest, "type": "image/png"}
        case.headers["Upload-Length"] = str(len(content))
        case.headers["Upload-Metadata"] = ",".join(f"{name} {_base64(text)}" for name, text in values.items())

    def _steer_piece(self, case: Case) -> None:
        """Two in three are the rest of the file, the third is a part of it."""
        upload = str(case.path_parameters.get("upload_id"))
        content = self.pictures.get(upload)
        if content is None:
            return
        self.drawn += 1
        offset = self.offsets[upload]
        piece = content[offset:] if self.drawn % 3 else content[offset : offset + 20]
        case.body = piece.decode("latin-1")
        case.headers["Upload-Offset"] = str(offset)
        if "Upload-Checksum" in case.headers:
            digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
            case.headers["Upload-Checksum"] = f"sha256 {digest}"


def _plain(value: Any) -> Any:
    """To JSON Schema 3.0 is an integer; the protocol writes 3."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _picture(number: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, 7)).save(data, "PNG")
    return data.getvalue()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sha256_in(header: str) -> str:
    encoded = dict(pair.partition(" ")[::2] for pair in header.split(",")).get("sha256", "")
    try:
        return base64.b64decode(encoded).decode()
    except ValueError:
        return ""


def _last_part(location: str) -> str:
    return urlsplit(location).path.rpartition("/")[2]
