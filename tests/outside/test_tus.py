"""tuspy and tus-js-client, unchanged, send photos to the portal's process, over a wire that breaks."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.storage.filestorage import FileStorage
from tusclient.uploader import Uploader

from piccolo_conf import DB
from server.database import platform
from tests.conftest import point_at
from tests.outside.portal import Tecla, hire_tecla
from tests.outside.process import PortalProcess, Wire
from tests.web.portal import settings_for

PIECE = 1024 * 1024
IN_THE_THIRD_PIECE = 2 * PIECE + 400_000
SCRIPT = Path(__file__).with_name("tus-js.mjs")
PATIENCE_S = 60


@dataclass
class Photo:
    """Of noise, so that it stays several megabytes."""

    path: Path
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@pytest.fixture
def photo(tmp_path: Path, request: pytest.FixtureRequest) -> Photo:
    noise = random.Random(request.node.name).randbytes(1500 * 1000 * 3)
    data = io.BytesIO()
    Image.frombytes("RGB", (1500, 1000), noise).save(data, "PNG", compress_level=1)
    path = tmp_path / "photo.png"
    path.write_bytes(data.getvalue())
    return Photo(path, data.getvalue())


@dataclass
class Scene:
    """The portal, the wire to it, and Tecla, who has enrolled her phone."""

    portal: PortalProcess
    wire: Wire
    tecla: Tecla
    folder: Path

    def stored(self, photo: Photo) -> bytes:
        path = self.portal.folder / "files" / str(self.tecla.reseller_id) / photo.sha256
        return path.read_bytes()

    def head(self, url: str) -> httpx.Response:
        """Past the wire."""
        path = httpx.URL(url).path
        headers = self.tecla.headers | {"tus-resumable": "1.0.0"}
        return httpx.head(self.portal.url + path, headers=headers, timeout=30)

    def wait_for_offset(self, url: str, at_least: int) -> int:
        """The portal keeps what arrived as soon as it notices that nothing more comes."""
        deadline = time.monotonic() + PATIENCE_S
        while (offset := int(self.head(url).headers["upload-offset"])) < at_least:
            assert time.monotonic() < deadline, offset
            time.sleep(0.05)
        return offset

    def wait_for_cut(self) -> None:
        """And for what is done at it."""
        assert self.wire.is_cut.wait(PATIENCE_S)

    def let_uploads_expire(self) -> None:
        async def write() -> None:
            await DB.start_connection_pool()
            with platform():
                async with DB.transaction() as conn:
                    await conn.execute("update sync_upload set expires_at = created_at")
            await DB.close_connection_pool()

        asyncio.run(write())

    def metadata(self, photo: Photo) -> dict[str, str]:
        return {"client": str(self.tecla.client_id), "sha256": photo.sha256, "type": "image/png"}

    def tuspy(self, photo: Photo, **options: Any) -> Uploader:
        client = TusClient(f"{self.wire.url}/sync/v1/files", headers=self.tecla.headers)
        urls = FileStorage(str(self.folder / "tuspy.json"))
        uploader: Uploader = client.uploader(
            str(photo.path),
            chunk_size=PIECE,
            metadata=self.metadata(photo),
            store_url=True,
            url_storage=urls,
            **options,
        )
        return uploader

    def start_tus_js(self, photo: Photo, **options: Any) -> subprocess.Popen[str]:
        wanted = {
            "endpoint": f"{self.wire.url}/sync/v1/files",
            "token": self.tecla.token,
            "file": str(photo.path),
            "metadata": self.metadata(photo),
            "chunkSize": PIECE,
            "urls": str(self.folder / "tus-js.json"),
            **options,
        }
        return subprocess.Popen(
            [shutil.which("node") or "node", str(SCRIPT), json.dumps(wanted)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tus_js(self, photo: Photo, **options: Any) -> dict[str, Any]:
        return ended(self.start_tus_js(photo, **options))


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=PATIENCE_S)
    assert out, err
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.fixture(scope="module")
def portal(
    lasting_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[PortalProcess, Tecla]]:
    folder = tmp_path_factory.mktemp("portal")
    process = PortalProcess(lasting_database_url, folder)
    point_at(lasting_database_url)

    async def build() -> Tecla:
        await DB.start_connection_pool()
        tecla = await hire_tecla(settings_for(folder), process.url)
        await DB.close_connection_pool()
        return tecla

    tecla = asyncio.run(build())
    process.start()
    try:
        tecla.enrol()
        yield process, tecla
    finally:
        process.stop()


@pytest.fixture
def scene(portal: tuple[PortalProcess, Tecla], lasting_database_url: str, tmp_path: Path) -> Iterator[Scene]:
    process, tecla = portal
    point_at(lasting_database_url)
    wire = Wire(process.port)
    yield Scene(process, wire, tecla, tmp_path)
    wire.close()


def test_tuspy_is_cut_in_the_middle_of_a_piece_and_goes_on_there(scene: Scene, photo: Photo) -> None:
    assert len(photo.content) > 4 * PIECE
    scene.wire.cut_after(IN_THE_THIRD_PIECE)
    first = scene.tuspy(photo)
    with pytest.raises((TusUploadFailed, TusCommunicationError)):
        first.upload()
    scene.wait_for_cut()
    kept = scene.wait_for_offset(first.url, 2 * PIECE + 1)
    assert kept < 3 * PIECE
    second = scene.tuspy(photo)
    assert (second.url, second.offset) == (first.url, kept)
    second.upload()
    assert second.request.response_headers["file-receipt"] == photo.sha256
    assert scene.stored(photo) == photo.content
    assert scene.head(second.url).headers["file-receipt"] == photo.sha256


def test_tuspy_goes_on_after_the_portal_was_killed(scene: Scene, photo: Photo) -> None:
    scene.wire.cut_after(IN_THE_THIRD_PIECE, scene.portal.kill)
    first = scene.tuspy(photo)
    with pytest.raises((TusUploadFailed, TusCommunicationError)):
        first.upload()
    scene.wait_for_cut()
    scene.portal.start()
    second = scene.tuspy(photo)
    assert (second.url, second.offset) == (first.url, 2 * PIECE)
    second.upload()
    assert second.request.response_headers["file-receipt"] == photo.sha256
    assert scene.stored(photo) == photo.content


def test_tuspy_promises_the_checksum_of_each_piece(scene: Scene, photo: Photo) -> None:
    """By SHA-1, which tus asks of every server; a piece that was promised whole counts whole or not."""
    scene.wire.cut_after(IN_THE_THIRD_PIECE)
    first = scene.tuspy(photo, upload_checksum=True)
    with pytest.raises((TusUploadFailed, TusCommunicationError)):
        first.upload()
    second = scene.tuspy(photo, upload_checksum=True)
    assert second.offset == 2 * PIECE
    second.upload()
    assert second.request.response_headers["file-receipt"] == photo.sha256
    assert scene.stored(photo) == photo.content


def test_a_photo_that_changed_under_way_is_not_taken(scene: Scene, photo: Photo) -> None:
    uploader = scene.tuspy(photo)
    photo.path.write_bytes(photo.content[:-1] + b"?")
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()
    assert refused.value.status_code == 422
    assert json.loads(refused.value.response_content)["code"] == "file_hash_mismatch"
    with pytest.raises(FileNotFoundError):
        scene.stored(photo)


def test_tuspy_finds_its_upload_expired_and_begins_anew(scene: Scene, photo: Photo) -> None:
    first = scene.tuspy(photo)
    first.upload(stop_at=PIECE)
    scene.let_uploads_expire()
    with pytest.raises(TusCommunicationError) as gone:
        scene.tuspy(photo)
    assert gone.value.status_code == 404
    (scene.folder / "tuspy.json").unlink()
    second = scene.tuspy(photo)
    assert (second.offset, second.url != first.url) == (0, True)
    second.upload()
    assert scene.stored(photo) == photo.content


def test_tus_js_is_cut_in_the_middle_of_a_piece_and_goes_on_there(scene: Scene, photo: Photo) -> None:
    scene.wire.cut_after(IN_THE_THIRD_PIECE)
    told = scene.tus_js(photo)
    assert (told["error"], told["receipt"], told["creations"]) == (None, photo.sha256, 1)
    assert scene.wire.is_cut.is_set()
    assert told["heads"] >= 1
    assert scene.stored(photo) == photo.content


def test_tus_js_goes_on_by_itself_after_the_portal_was_killed(scene: Scene, photo: Photo) -> None:
    scene.wire.cut_after(IN_THE_THIRD_PIECE, scene.portal.kill)
    process = scene.start_tus_js(photo)
    scene.wait_for_cut()
    scene.portal.start()
    told = ended(process)
    assert (told["error"], told["receipt"], told["creations"]) == (None, photo.sha256, 1)
    assert 2 * PIECE in told["offsets"]
    assert scene.stored(photo) == photo.content


def test_tus_js_gives_an_upload_up(scene: Scene, photo: Photo) -> None:
    told = scene.tus_js(photo, terminateAt=2 * PIECE)
    assert (told["error"], told["isTerminated"]) == (None, True)
    assert scene.head(told["url"]).status_code == 404
    staged = scene.portal.folder / "files" / "staging" / told["url"].rpartition("/")[2]
    assert [path for path in staged.rglob("*") if path.is_file()] == []


def test_tus_js_finds_its_upload_expired_and_begins_anew(scene: Scene, photo: Photo) -> None:
    scene.wire.cut_after(IN_THE_THIRD_PIECE)
    first = scene.start_tus_js(photo)
    scene.wait_for_cut()
    first.kill()
    first.wait(PATIENCE_S)
    scene.let_uploads_expire()
    told = scene.tus_js(photo)
    assert (told["error"], told["receipt"], told["creations"]) == (None, photo.sha256, 1)
    assert scene.stored(photo) == photo.content
