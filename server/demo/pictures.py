"""Drawn pictures: what a technician's camera would have seen, and signatures as strokes and image."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import sin
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

PHOTO_SIZE = (960, 720)
SIGNATURE_SIZE = (480, 180)
PHOTOS_A_SLOT = 8
SIGNATURES = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """A file by its content."""

    body: bytes
    content_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def size(self) -> int:
        return len(self.body)


@dataclass(frozen=True, slots=True)
class Autograph:
    """A signature: strokes as signature_pad's `toData()` gives them, and the same as PNG."""

    strokes: list[dict[str, Any]]
    picture: Picture


@dataclass(frozen=True, slots=True)
class Album:
    """A few pictures of each kind; many visits show the same one."""

    photos: dict[str, list[Picture]]
    autographs: list[Autograph]

    @property
    def pictures(self) -> list[Picture]:
        return [picture for slot in self.photos.values() for picture in slot] + [
            autograph.picture for autograph in self.autographs
        ]


@lru_cache(maxsize=1)
def album(seed: int) -> Album:
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    return Album(
        photos={
            slot: [_photo(rng, slot) for _ in range(PHOTOS_A_SLOT)]
            for slot in ("before", "after", "meter", "part")
        },
        autographs=[_autograph(rng) for _ in range(SIGNATURES)],
    )


def _photo(rng: Random, slot: str) -> Picture:
    width, height = PHOTO_SIZE
    wall = (rng.randrange(170, 225), rng.randrange(170, 225), rng.randrange(170, 225))
    image = Image.new("RGB", PHOTO_SIZE, wall)
    draw = ImageDraw.Draw(image)
    for row in range(height):  # daylight from above
        shade = 1 - 0.35 * row / height
        light = (int(wall[0] * shade), int(wall[1] * shade), int(wall[2] * shade))
        draw.line([(0, row), (width, row)], fill=light)
    draw.rectangle((0, 560, width, height), fill=(rng.randrange(80, 120), 78, 62))
    if slot == "meter":
        _panel(rng, draw)
    elif slot == "part":
        _part(rng, draw)
    else:
        _machine(rng, draw, jammed=slot == "before")
    body = BytesIO()
    image.save(body, "JPEG", quality=72)
    return Picture(body.getvalue(), "image/jpeg", width, height)


def _machine(rng: Random, draw: ImageDraw.ImageDraw, *, jammed: bool) -> None:
    grey = rng.randrange(50, 100)
    left = rng.randrange(180, 260)
    draw.rounded_rectangle((left, 250, left + 520, 600), 18, fill=(grey, grey, grey + 8))
    draw.rounded_rectangle((left - 10, 170, left + 530, 260), 14, fill=(grey + 40, grey + 40, grey + 46))
    draw.rounded_rectangle((left + 340, 196, left + 500, 244), 6, fill=(24, 48, 70))
    draw.ellipse((left + 310, 208, left + 330, 228), fill=(230, 60, 40) if jammed else (60, 200, 90))
    for tray in range(3):
        top = 400 + tray * 66
        draw.rounded_rectangle((left + 20, top, left + 500, top + 54), 6, outline=(grey + 60,) * 3, width=3)
        draw.rectangle((left + 220, top + 22, left + 300, top + 32), fill=(grey + 70,) * 3)
    paper = [(left + 120, 270), (left + 400, 270), (left + 420, 370), (left + 100, 360)]
    if jammed:
        crumpled = [(x + rng.randrange(-24, 24), y + rng.randrange(-30, 40)) for x, y in paper]
        draw.polygon(crumpled, fill=(245, 242, 232), outline=(190, 186, 175))
    else:
        draw.polygon(paper, fill=(252, 252, 250))
        for line in range(6):
            end = left + rng.randrange(280, 390)
            draw.line([(left + 140, 285 + line * 12), (end, 285 + line * 12)], fill=(40, 40, 50), width=3)


def _panel(rng: Random, draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((140, 120, 820, 600), 24, fill=(58, 60, 66))
    draw.rounded_rectangle((190, 170, 770, 430), 10, fill=(198, 214, 190))
    counters = (("TOTAL", rng.randrange(20_000, 480_000)), ("P&B", rng.randrange(20_000, 300_000)))
    for line, (label, pages) in enumerate(counters):
        draw.text((220, 200 + line * 100), f"{label}: {pages:07d}", fill=(30, 44, 32), font=_font(64))
    for key in range(4):
        draw.rounded_rectangle((200 + key * 145, 470, 310 + key * 145, 540), 12, fill=(92, 96, 104))


def _part(rng: Random, draw: ImageDraw.ImageDraw) -> None:
    tone = rng.randrange(25, 80)
    draw.rounded_rectangle((170, 320, 790, 440), 56, fill=(tone, tone, tone))
    draw.rounded_rectangle((120, 350, 180, 410), 10, fill=(150, 150, 155))
    draw.rounded_rectangle((780, 350, 840, 410), 10, fill=(150, 150, 155))
    for _ in range(rng.randrange(3, 9)):
        at = rng.randrange(200, 760)
        draw.line([(at, 330), (at + rng.randrange(-30, 30), 430)], fill=(tone + 70,) * 3, width=4)
    draw.rounded_rectangle((400, 470, 620, 540), 6, fill=(245, 245, 240))
    draw.text((415, 485), f"PN {rng.randrange(1000, 9999)}", fill=(20, 20, 20), font=_font(36))


def _autograph(rng: Random) -> Autograph:
    width, height = SIGNATURE_SIZE
    strokes: list[dict[str, Any]] = []
    moment = 1_700_000_000_000
    pen = 40.0
    for _ in range(rng.randrange(2, 4)):
        wave, lift = rng.uniform(0.25, 0.6), rng.uniform(22, 48)
        points = []
        for step in range(rng.randrange(24, 44)):
            moment += 16
            points.append(
                {
                    "x": round(pen + step * 3.4, 1),
                    "y": round(
                        height * 0.55 + lift * sin(step * wave) * (1 - step / 60) + rng.uniform(-2, 2), 1
                    ),
                    "time": moment,
                    "pressure": 0.5,
                }
            )
        pen = points[-1]["x"] + 6
        moment += 220
        strokes.append(
            {
                "penColor": "black",
                "dotSize": 0,
                "minWidth": 0.5,
                "maxWidth": 2.5,
                "velocityFilterWeight": 0.7,
                "compositeOperation": "source-over",
                "points": points,
            }
        )
    image = Image.new("L", SIGNATURE_SIZE, 255)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        line = [(point["x"], point["y"]) for point in stroke["points"]]
        draw.line(line, fill=0, width=3, joint="curve")
    body = BytesIO()
    image.save(body, "PNG", optimize=True)
    return Autograph(strokes, Picture(body.getvalue(), "image/png", width, height))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
