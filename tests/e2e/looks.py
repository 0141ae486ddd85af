"""Pages as axe judges them, and their pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.portal import ROOT

AXE = (ROOT / "pwa/node_modules/axe-core/axe.min.js").read_text()
# Its whole answer is megabytes of what is well.
JUDGE = """async () => {
  const { passes, violations } = await axe.run(document, { resultTypes: ["violations"] });
  const faults = violations.flatMap((one) => one.nodes.map(({ html }) => `${one.id}: ${html.slice(0, 160)}`));
  return { passes: passes.length, faults };
}"""


class Looks:
    """Judges a page with axe and keeps its picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[str] = []

    def at(self, page: Page, name: str, *, is_whole: bool = False, keeps: bool = True) -> None:
        """`is_whole`: nothing comes after the page itself, so there is nothing to wait for. `keeps`: with a
        picture, which costs as much as the judgement."""
        page.wait_for_load_state("load" if is_whole else "networkidle")
        page.evaluate(AXE)
        found: Any = page.evaluate(JUDGE)
        assert found["passes"], f"axe judged nothing on {name}"
        self.faults += [f"{name}: {fault}" for fault in found["faults"]]
        if keeps:
            self._keep(page, name)

    def _keep(self, page: Page, name: str) -> None:
        """The whole screen in one picture, with what sticks to an edge at that edge."""
        size = page.viewport_size
        assert size is not None
        height = page.evaluate("() => document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.screenshot(path=self._folder / f"{name}.png", animations="disabled")
        page.set_viewport_size(size)
