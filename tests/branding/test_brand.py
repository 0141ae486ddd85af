"""A reseller's look: a colour that can be read, a logo drawn anew, an entrance for its own site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from server.accounts import letters  # noqa: F401 - registers the letters
from server.accounts.actor import Role
from server.branding.logos import redraw
from server.branding.rules import AA, contrast_with_white, darkened, fold_color
from server.database import Database, platform
from server.mail.letters import COMPOSERS, colored
from server.problems import Problem
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import client

FORM = {"name": "Copiadora Ilha", "primary_color": "#7a3b10", "letterhead": "Rua das Flores"}


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def ana(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as browser:
        await browser.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        yield browser


def picture(size: tuple[int, int] = (900, 300)) -> bytes:
    data, hidden = BytesIO(), PngInfo()
    hidden.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGBA", size, (255, 255, 255, 128)).save(data, "PNG", pnginfo=hidden)
    return data.getvalue()


async def test_a_brand_is_worn_by_pages_and_by_the_entrance_of_the_own_site(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport
) -> None:
    logo = {"logo": ("logo.png", picture(), "image/png")}
    answer = await ana.post("/brand", data=FORM | {"is_embedded": "1"}, files=logo)
    assert answer.status_code == 303
    page = (await ana.get("/profile")).text
    assert "/brand/colors/7a3b10" in page
    assert "--color-primary:#7a3b10" in (await ana.get("/brand/colors/7a3b10")).text
    kept = (await ana.get("/brand/logo")).content
    with Image.open(BytesIO(kept)) as image:
        assert image.size == (480, 160)
    assert b"script" not in kept
    async with client(portal) as visitor:
        entrance = (await visitor.get("/entrance/copiadora-ilha")).text
        assert "Copiadora Ilha" in entrance
        assert (await visitor.get("/entrance/copiadora-ilha/logo")).content == kept
        manifest = (await visitor.get("/entrance/copiadora-ilha/manifest.webmanifest")).json()
        assert (manifest["name"], manifest["theme_color"]) == ("Copiadora Ilha", "#7a3b10")
        assert (await visitor.get("/entrance/outra")).status_code == 404
    await ana.post("/brand", data=FORM | {"drops_logo": "1"})
    assert (await ana.get("/brand/logo")).status_code == 404
    async with client(portal) as visitor:  # and closed again
        assert (await visitor.get("/entrance/copiadora-ilha")).status_code == 404


async def test_a_pale_colour_and_a_false_logo_are_refused_with_the_reason_and_nothing_is_saved(
    ana: httpx.AsyncClient,
) -> None:
    page = await ana.post("/brand", data=FORM | {"primary_color": "ffd700"})
    assert (page.status_code, "contraste de 1,4:1" in page.text) == (422, True)
    assert darkened("#ffd700") in page.text
    false = {"logo": ("logo.png", b"<svg onload=alert(1)>", "image/png")}
    page = await ana.post("/brand", data=FORM | {"name": "Outro Nome"}, files=false)
    assert (page.status_code, "PNG, JPEG ou WebP" in page.text) == (422, True)
    assert "Copiadora Ilha</span>" in (await ana.get("/profile")).text


async def test_letters_wear_the_colour_of_who_sends_them(house: House) -> None:
    user_id = await hire(house, "Bia Lima", Role.CUSTOMER, password=None)
    with platform():
        for color in ("#7a3b10", "#123456"):
            with colored(color):
                letter = await COMPOSERS["invitation"]({"user_id": str(user_id)}, datetime.now(UTC))
            assert letter is not None
            assert color in letter.html


def test_contrast_is_wcags() -> None:
    assert round(contrast_with_white("#767676"), 2) == 4.54  # WCAG's own example of just enough
    assert contrast_with_white("#777777") < AA
    assert contrast_with_white(darkened("#ff8800")) >= AA
    assert darkened("#0b4f5c") == "#0b4f5c"
    assert fold_color(" 0F4C5C ") == "#0f4c5c"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"x" * (1024 * 1024 + 1), "1 MB"), (picture((20, 10)), "pequena"), (picture()[:200], "inteira")],
)
def test_what_is_no_logo_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Problem) as refused:
        redraw(content)
    assert reason in refused.value.detail
