"""Whether the technicians' map keeps its frames: fifty of them move live in a browser that has it open.

python -m bench.frames --devices 50 --every 10 --seconds 30

The same browser first shows a page that does nothing, for as long: what it drops there is the machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import aiohttp
from playwright.async_api import BrowserContext, CDPSession, async_playwright
from rich.console import Console

from bench import positions
from bench.base import HOME, Warehouse
from bench.phones import check
from bench.process import serving
from bench.table import percentile

BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SLOW_MS = 25.0  # at sixty frames a second a frame that is not dropped takes 17
# What the script of a page costs, by its frames: times between them, and tasks of more than 50 ms.
COUNT = """seconds => new Promise(done => {
    const times = [], long = [];
    new PerformanceObserver(list => long.push(...list.getEntries().map(one => one.duration)))
        .observe({entryTypes: ['longtask']});
    const began = performance.now();
    let last = began;
    const frame = now => {
        times.push(now - last);
        last = now;
        if (now - began < seconds * 1000) requestAnimationFrame(frame);
        else done([times.slice(1), long]);
    };
    requestAnimationFrame(frame);
})"""
console = Console(highlight=False, width=140)


async def measure(devices: int, every: float, seconds: float) -> None:
    warehouse = Warehouse("sqlite", "bench")
    try:
        base = warehouse.base()
        plan = HOME / "run" / "road.json"
        arguments = ["-m", "bench.road", str(plan), str(devices), "90"]
        subprocess.run([sys.executable, *arguments], env=base.environment(), check=True)
        world = json.loads(plan.read_text())
        command = [sys.executable, "-m", "server.cli", "serve", "--port", "{port}"]
        async with (
            serving(command, base.environment(), None, HOME / "frames.portal.log") as portal,
            aiohttp.ClientSession(portal.address) as http,
            async_playwright() as playwright,
        ):
            chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
            context = await chromium.new_context(viewport={"width": 1280, "height": 800})
            await context.add_cookies([{"name": "session", "value": world["admin"], "url": portal.address}])
            quiet = await context.new_page()
            await quiet.goto(portal.address + "/health")
            show("a page that does nothing", *await quiet.evaluate(COUNT, seconds))
            await quiet.close()
            await _map(context, portal.address, http, world, every, seconds)
            await chromium.close()
    finally:
        warehouse.close()


async def _map(
    context: BrowserContext,
    address: str,
    http: aiohttp.ClientSession,
    world: dict[str, Any],
    every: float,
    seconds: float,
) -> None:
    positions.EVERY_S = every
    page = await context.new_page()
    await page.goto(address + "/technicians/map", wait_until="networkidle" if every > 5 else "load")
    measured = positions.Measured()
    begin = time.monotonic() + 1
    phones = [
        asyncio.create_task(positions.send(measured, http, one, begin, begin + seconds + 8))
        for one in world["devices"]
    ]
    await asyncio.sleep(4)
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    work = await _worked_ms(session)
    frames = await page.evaluate(COUNT, seconds)
    spent = await _worked_ms(session) - work
    shown = await page.locator("[data-seen]:has-text('Última posição às')").count()
    check(shown >= len(world["devices"]), f"the list heard of {shown}")
    await asyncio.gather(*phones)
    show(f"{len(world['devices'])} technicians, a fix every {every:g} s", *frames)
    console.print(f"  main thread {spent / seconds / 10:.1f} % busy; {measured.sent} fixes came")


async def _worked_ms(session: CDPSession) -> float:
    """What the page's main thread has worked so far."""
    found = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(one["value"] for one in found if one["name"] == "TaskDuration")) * 1000


def show(what: str, times: list[float], long: list[float]) -> None:
    slow = sum(one > SLOW_MS for one in times)
    console.print(
        f"{what}: {len(times) / (sum(times) / 1000):.1f} frames/s, p50 {percentile(times, 50):.1f},"
        f" p99 {percentile(times, 99):.1f}, worst {max(times):.0f} ms; {slow} of {len(times)} late;"
        f" {len(long)} tasks over 50 ms{f', worst {max(long):.0f} ms' if long else ''}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.frames", description="Measure the map's frames.")
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    asyncio.run(measure(options.devices, options.every, options.seconds))


if __name__ == "__main__":
    main()
