"""What a camera sees of a DANFE: its bar code (CODE-128 C), as a film for the browser's fake camera."""

from __future__ import annotations

from pathlib import Path

WIDTH, HEIGHT, MODULE_PX, MARGIN = 1280, 720, 3, 200
PAPER, INK, GREY = 220, 30, 128
START_C, STOP = 105, 106
# Widths of bars and gaps in modules, by code.
_TABLE = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
    122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
    322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
    112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
    331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
    112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
    124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
    411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
CODES = _TABLE.split()


def film_bar_code(access_key: str, path: Path) -> None:
    """Five frames of YUV4MPEG2, which the browser plays again and again."""
    pairs = [int(access_key[start : start + 2]) for start in range(0, len(access_key), 2)]
    check = (START_C + sum(code * place for place, code in enumerate(pairs, start=1))) % 103
    widths = [int(width) for code in (START_C, *pairs, check, STOP) for width in CODES[code]]
    line, at = bytearray([PAPER] * WIDTH), MARGIN
    for place, width in enumerate(widths):
        if place % 2 == 0:
            line[at : at + width * MODULE_PX] = bytes([INK] * (width * MODULE_PX))
        at += width * MODULE_PX
    blank = bytes([PAPER] * WIDTH) * (HEIGHT // 4)
    frame = blank + bytes(line) * (HEIGHT // 2) + blank + bytes([GREY]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(5):
            film.write(b"FRAME\n" + frame)
