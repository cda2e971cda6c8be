"""``python -m tests.tui.screenshots`` (``make screenshots``): the README's pictures of the UI."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.captures_list import ROOT
from tests.tui.driver import Look, look

FOLDER = ROOT / "tui" / "pictures"
CAPTURES = Path("captures")
"""From the folder of the project, so that pictures show no other."""
Script = Callable[[Look], Awaitable[None]]


def saved(name: str, script: Script, path: Path, size: tuple[int, int] = (130, 36)) -> None:
    """Run a script and keep what the screen shows then."""

    async def run(running: Look) -> None:
        await script(running)
        await running.settle()
        picture = running.app.export_screenshot(title=f"sixscope {path.name}")
        (FOLDER / f"{name}.svg").write_text(picture)

    look(run, str(path), size=size)


async def main_screen(running: Look) -> None:
    """A router advertisement with a field selected."""
    running.main.apply("icmpv6")
    await running.until(lambda: not running.session.filtering)
    running.main.jump(5)
    await running.settle()
    await running.press("tab")
    place = next(
        at
        for at, line in enumerate(running.session.detail.lines)
        if line.name == "icmpv6.opt.prefix"
    )
    line = running.session.detail.lines[place]
    running.main.detail.select_octet(0, line.offset)


async def typing(running: Look) -> None:
    """A filter being typed, with what could come."""
    await running.press("/")
    await running.type("icmpv6.opt.pre")
    await running.until(lambda: running.main.completions.offered)


async def follow(running: Look) -> None:
    """A conversation."""
    running.main.jump(838)
    await running.settle()
    await running.press("F")
    await running.filled()


async def statistics(running: Look) -> None:
    """What DHCPv6 servers lent."""
    from tui.screens.statistics import OneTable

    running.app.push_screen(OneTable(running.main, "dhcpv6-leases"))
    await running.filled()


async def findings(running: Look) -> None:
    """What to look at first."""
    await running.press("!")
    await running.filled()
    await running.until(lambda: "still looking" not in running.lines[-1])


def make() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    os.chdir(ROOT)
    saved("main", main_screen, CAPTURES / "tour.pcapng")
    saved("filter", typing, CAPTURES / "tour.pcapng", (100, 24))
    saved("follow", follow, CAPTURES / "lab" / "applications.pcapng", (100, 24))
    saved("statistics", statistics, CAPTURES / "lab" / "dhcpv6_servers.pcapng")
    saved("findings", findings, CAPTURES / "lab" / "nd_tools.pcapng")


if __name__ == "__main__":
    make()
