"""Run some of the long runs, or all."""

from __future__ import annotations

import os

import click

from tests.captures_list import ROOT
from tests.hostile.long.ends import full, signals, unread
from tests.hostile.long.flow import growing, pipe

RUNS = {"pipe": pipe, "growing": growing, "signals": signals, "unread": unread, "full": full}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(RUNS)))
@click.option("--seconds", default=600, show_default=True, help="Of each run; pipe: each command.")
def main(names: tuple[str, ...], seconds: int) -> None:
    """Run some, or all."""
    os.chdir(ROOT)
    for name in names or RUNS:
        RUNS[name](seconds)


if __name__ == "__main__":
    main()
