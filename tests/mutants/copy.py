"""A copy of the tracked files in which a defect does no harm, and the test runners in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from tests.mutants.mutant import ROOT, Mutant

LINKED = ("pwa/node_modules", "pwa/dist")
PATIENCE_S = 240
TESTS_FAILED = 1  # the exit code of both runners; others mean that they could not work


class BrokenError(Exception):
    """The tests could not be run, which is not the same as their failing."""


class Copy:
    """Use in a `with`: it is gone afterwards."""

    def __enter__(self) -> Copy:
        self._home = tempfile.TemporaryDirectory(prefix="pws-mutants-")
        self.root = Path(self._home.name)
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.root / name)
        for name in LINKED:
            (self.root / name).symlink_to(ROOT / name)
        self._check_that_the_copy_is_imported()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._home.cleanup()

    @contextmanager
    def planted(self, mutant: Mutant) -> Iterator[None]:
        file = self.root / mutant.file
        text = file.read_text()
        file.write_text(mutant.planted(text))
        try:
            yield
        finally:
            file.write_text(text)

    def failures(self, tests: tuple[str, ...], database: str, *, is_phones: bool) -> list[str]:
        """The tests that fail, the first of them at least. Raises BrokenError."""
        return self._vitest(tests) if is_phones else self._pytest(tests, database)

    def _pytest(self, tests: tuple[str, ...], database: str) -> list[str]:
        # -B: compiled files are found by time and size, which a small defect may leave as they were.
        command = [sys.executable, "-B", "-m", "pytest", "-x", "--tb=no", "-rfE", "-p", "no:cacheprovider"]
        done = self._run([*command, "--timeout=60", *tests], self.root, {"PWS_TEST_DATABASE": database})
        failed = re.findall(r"^FAILED (\S+)", done.stdout, flags=re.M)
        if done.returncode not in {0, TESTS_FAILED} or bool(failed) != bool(done.returncode):
            raise BrokenError(done.stdout[-3000:] + done.stderr[-3000:])
        return failed

    def _vitest(self, tests: tuple[str, ...]) -> list[str]:
        report = self.root / "vitest.json"
        report.unlink(missing_ok=True)
        command = ["npx", "vitest", "run", "--bail=1", "--reporter=json", f"--outputFile={report}", *tests]
        done = self._run(command, self.root / "pwa", {})
        if done.returncode not in {0, TESTS_FAILED} or not report.exists():
            raise BrokenError(done.stdout[-3000:] + done.stderr[-3000:])
        files = json.loads(report.read_text())["testResults"]
        failed = [
            f"{Path(file['name']).name}: {test['title']}"
            for file in files
            for test in file["assertionResults"]
            if test["status"] == "failed"
        ]
        if bool(failed) != bool(done.returncode):
            raise BrokenError(done.stdout[-3000:] + done.stderr[-3000:])
        return failed

    def _run(
        self, command: list[str], cwd: Path, settings: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
        return subprocess.run(
            command, cwd=cwd, env=environment | settings, capture_output=True, text=True, timeout=PATIENCE_S
        )

    def _check_that_the_copy_is_imported(self) -> None:
        """The project is installed as editable: the folder in which Python starts must come first."""
        for module in ("server", "offline_sync", "ilux_bridge", "tests"):
            where = f"import {module}; print({module}.__file__)"
            done = subprocess.run(
                [sys.executable, "-c", where], cwd=self.root, check=True, capture_output=True, text=True
            )
            if not done.stdout.startswith(str(self.root.resolve())):
                raise BrokenError(f"{module} is imported from {done.stdout}")
