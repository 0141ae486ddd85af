"""Built files: kept for ever under their hashed names; the field app is one shell at every address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from server.web.assets import IMMUTABLE, BuiltFiles, FieldFiles, mount
from server.web.failures import EXCEPTION_HANDLERS

SCRIPT = "console.log('pws');\n" * 200


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "desk-1a2b.js").write_text(SCRIPT)
    (tmp_path / "assets" / "photo.png").write_bytes(b"\x89PNG" + bytes(5000))
    (tmp_path / "field").mkdir()
    (tmp_path / "field" / "index.html").write_text("<!doctype html><title>shell</title>")
    (tmp_path / "field" / "sw.js").write_text("self.addEventListener('fetch', () => {});")
    app = Litestar(
        [
            mount("/assets", BuiltFiles(tmp_path / "assets", cache_control=IMMUTABLE)),
            mount("/field", FieldFiles(tmp_path / "field", cache_control="no-cache")),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as browser:
        browser.headers["accept-encoding"] = "identity"
        yield browser


async def test_a_hashed_file_is_kept_for_ever(files: httpx.AsyncClient) -> None:
    answer = await files.get("/assets/desk-1a2b.js")
    assert (answer.status_code, answer.text) == (200, SCRIPT)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_text_comes_compressed_and_is_asked_for_again_by_its_tag(
    files: httpx.AsyncClient, encoding: str
) -> None:
    answer = await files.get("/assets/desk-1a2b.js", headers={"accept-encoding": encoding})
    assert answer.headers["content-encoding"] == encoding
    assert answer.text == SCRIPT
    assert int(answer.headers["content-length"]) < 400
    again = {"accept-encoding": encoding, "if-none-match": answer.headers["etag"]}
    assert (await files.get("/assets/desk-1a2b.js", headers=again)).status_code == 304


async def test_a_twin_that_the_build_left_is_used(files: httpx.AsyncClient, tmp_path: Path) -> None:
    import brotli  # type: ignore[import-untyped]

    (tmp_path / "assets" / "desk-1a2b.js.br").write_bytes(brotli.compress(b"the twin"))
    answer = await files.get("/assets/desk-1a2b.js", headers={"accept-encoding": "br"})
    assert answer.text == "the twin"


async def test_a_part_of_a_file_can_be_asked_for(files: httpx.AsyncClient) -> None:
    headers = {"range": "bytes=0-3", "accept-encoding": "br"}
    answer = await files.get("/assets/photo.png", headers=headers)
    assert (answer.status_code, answer.content) == (206, b"\x89PNG")


@pytest.mark.parametrize(
    "path", ["/assets/missing.js", "/assets/", "/assets/%2e%2e/field/sw.js", "/field/missing.js"]
)
async def test_what_is_not_there_is_a_problem(files: httpx.AsyncClient, path: str) -> None:
    answer = await files.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/field", "/field/", "/field/orders/0192", "/field/visits/0192/photos"])
async def test_every_screen_of_the_field_app_is_its_shell(files: httpx.AsyncClient, path: str) -> None:
    answer = await files.get(path)
    assert (answer.status_code, "shell" in answer.text) == (200, True)
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_worker_is_looked_at_anew_and_may_serve_the_whole_app(files: httpx.AsyncClient) -> None:
    answer = await files.get("/field/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/field/"
