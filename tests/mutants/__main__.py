"""`python -m tests.mutants [WORD]`: plant each defect (of that word, or file), and see what catches it."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.table import Table

from tests.mutants.catalogue import MUTANTS
from tests.mutants.copy import Copy
from tests.mutants.mutant import Mutant

console = Console(highlight=False)


def main(words: list[str]) -> int:
    """How many survived, or 1 when the tests fail without any defect."""
    chosen = [mutant for mutant in MUTANTS if all(word in f"{mutant.name} {mutant.file}" for word in words)]
    with Copy() as copy:
        if not _pass_unplanted(copy, chosen):
            return 1
        table = Table("planted", "in", "caught by", "seconds", title=f"{len(chosen)} mutants")
        survivors = 0
        for mutant in chosen:
            began = time.monotonic()
            with copy.planted(mutant):
                caught_by = copy.failures(mutant.tests, mutant.database, is_phones=mutant.is_phones)
            console.print(
                f"[green]caught[/]    {mutant.name}" if caught_by else f"[red]SURVIVED[/]  {mutant.name}"
            )
            survivors += not caught_by
            shown = "\n".join(caught_by) or "[red]nothing[/]"
            table.add_row(mutant.name, mutant.file, shown, f"{time.monotonic() - began:.0f}")
    console.print(table)
    console.print(f"{len(chosen) - survivors} caught, {survivors} survived")
    return min(survivors, 1)


def _pass_unplanted(copy: Copy, mutants: list[Mutant]) -> bool:
    """The same tests without a defect: else their failing would prove nothing."""
    groups: dict[tuple[str, bool], set[str]] = {}
    for mutant in mutants:
        groups.setdefault((mutant.database, mutant.is_phones), set()).update(mutant.tests)
    for (database, is_phones), tests in groups.items():
        failed = copy.failures(tuple(sorted(tests)), database, is_phones=is_phones)
        if failed:
            console.print("[red]These fail without any defect:[/]", *failed, sep="\n")
            return False
    console.print("Without a defect every one of their tests passes.")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
