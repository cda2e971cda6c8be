"""A hostile capture, and reports that are opened in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from dissect import open_capture
from dissect.capture.write import PcapngWriter
from tests.captures_list import ROOT

TUNNELS = ROOT / "captures" / "lab" / "tunnels.pcapng"
ATTACKS = (
    "</script><script>window.ran = 1</script>",
    "<!--<script>",
    "<img src=http://192.0.2.1/x onerror='window.ran = 2'>",
    '"><svg onload="window.ran = 3">',
    "' onmouseover='window.ran = 4' x='",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.ran=5",
    "\u2028\u202ewindow.ran = 6",
    "&lt;b&gt;&#60;script&#62;",
)
"""What breaks out of a page that is put together carelessly."""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def hostile(folder: Path) -> Path:
    """A capture with attacks in all texts that a file has room for, and in its name."""
    path = folder / "a<script>window.ran=0<\u202e&quot;.pcapng"
    stream = io.BytesIO()
    attack = " ".join(ATTACKS)
    file = PcapngWriter(stream, comment=attack, hardware=attack, os=attack, application=attack)
    file.interface(name=attack[:200], description=attack)
    with open_capture(TUNNELS) as capture:
        for number, packet in enumerate(capture):
            text = ATTACKS[number % len(ATTACKS)]
            file.packet(packet.data, packet.time_ns or 0, comment=text)
    path.write_bytes(stream.getvalue())
    return path


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Debian's Chromium without a window, with a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


class Opened(NamedTuple):
    """A page; ``heard``: what the console said; ``asked``: the addresses that were asked for."""

    page: Page
    heard: list[str]
    asked: list[str]


@contextmanager
def opened(browser: Browser, path: Path, **options: object) -> Iterator[Opened]:
    """Open a file from disk, and listen to what it says and asks for."""
    page = browser.new_page(**options)  # type: ignore[arg-type]
    found = Opened(page, [], [])
    page.on("console", lambda message: found.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.heard.append(str(error)))
    page.on("dialog", lambda dialog: found.heard.append("a dialog"))
    page.on("request", lambda request: found.asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector(".chart svg" if options.get("java_script_enabled", True) else "h1")
    yield found
    page.close()
