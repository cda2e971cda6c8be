"""HTML reports in Debian's Chromium: nothing is loaded, nothing hostile runs, all of it works."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dissect.analysis.options import Options
from dissect.report.formats.html import write
from dissect.report.formats.look import Look
from dissect.report.names import TABLES
from dissect.report.run import report
from dissect.report.summary import Plan
from tests.hostile.bombs import BOMBS
from tests.hostile.capture import written
from tests.hostile.texts import PACKETS
from tests.report.html_page import ATTACKS, TUNNELS, chromium, hostile, opened

PROGRAM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    PROGRAM is None and os.environ.get("CI") != "true",
    reason="no chromium: apt-get install chromium (make test does it where it may)",
)
SOME = (
    "capture", "hierarchy", "rates", "icmpv6", "endpoints-ipv6", "conversations-ipv6",
    "conversations-udp", "pings", "hosts", "host-events",
)  # fmt: skip


def page_of(capture: Path, to: Path, names: tuple[str, ...]) -> Path:
    with to.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        write(stream, [report([str(capture)], Plan(names, Options(top=200)))], Look())
    return to


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert PROGRAM is not None, "CI=true asks for chromium; .ci/chromium installs it"
    with chromium(PROGRAM) as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    return page_of(TUNNELS, tmp_path_factory.mktemp("page") / "report.html", SOME)


def test_opens_from_disk_with_no_complaint_and_asks_for_nothing_else(browser, page):
    with opened(browser, page) as found:
        assert found.page.locator(".chart svg").count() >= 4
        found.page.locator("figure.flow").scroll_into_view_if_needed()
        found.page.mouse.move(500, 300)
        assert found.heard == []
        assert found.asked == [page.as_uri()]


def test_text_of_a_hostile_capture_is_shown_and_never_run(browser, tmp_path):
    path = page_of(hostile(tmp_path), tmp_path / "report.html", tuple(TABLES))
    with opened(browser, path) as found:
        page = found.page
        assert page.evaluate("window.ran") is None
        assert page.locator("img, iframe, object, embed, link, main script").count() == 0
        assert found.heard == []
        assert len(found.asked) == 1
        text = page.locator("main").inner_text() + page.locator(".packets").text_content()
        for attack in ATTACKS:
            seen = attack.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e")
            assert seen in text
        handlers = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        assert not [name for name in page.evaluate(handlers) if name.startswith("on")]


def test_names_and_bombs_in_packets_are_shown_and_never_run(browser, tmp_path):
    some = [*PACKETS, *(BOMBS[name] for name in ("IPv6 in IPv6", "DNS loop", "labels"))]
    path = page_of(written(tmp_path / "x.pcapng", some), tmp_path / "report.html", tuple(TABLES))
    with opened(browser, path) as found:
        assert "alert(1)" in found.page.locator("main").inner_text()
        assert found.page.locator("img, iframe, object, embed, link, main script").count() == 0
        assert found.heard == []  # no dialog either
        assert found.asked == [path.as_uri()]


def test_policy_stops_a_script_that_got_in_all_the_same(browser, page, tmp_path):
    broken = tmp_path / "broken.html"
    text = page.read_text().replace("<main", "<script>window.ran = 1</script><main", 1)
    broken.write_text(text.replace("<main", "<img src='https://192.0.2.1/x'><main", 1))
    with opened(browser, broken) as found:
        assert found.page.evaluate("window.ran") is None
        assert len(found.heard) == 2
        assert all("Content Security Policy" in line for line in found.heard)


def column(found, table: str, place: int) -> list[str]:
    cells = found.page.locator(f"#{table} tbody tr:not([hidden]) td:nth-child({place})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_sorting_by_numbers_and_by_text(browser, page):
    with opened(browser, page) as found:
        heads = found.page.locator("#endpoints-ipv6 thead th")
        octets = heads.filter(has_text=re.compile("^Octets$"))
        octets.get_by_role("button").click()
        assert octets.get_attribute("aria-sort") == "descending"
        numbers = [int(text.replace(",", "")) for text in column(found, "endpoints-ipv6", 3)]
        assert numbers == sorted(numbers, reverse=True)
        assert (numbers[0], len(numbers)) == (13564, 10)
        octets.get_by_role("button").press("Enter")
        assert octets.get_attribute("aria-sort") == "ascending"
        found.page.locator("#endpoints-ipv6 .more").click()
        numbers = [int(text.replace(",", "")) for text in column(found, "endpoints-ipv6", 3)]
        assert numbers == sorted(numbers)
        assert len(numbers) == 32
        heads.first.get_by_role("button").click()
        assert octets.get_attribute("aria-sort") is None
        assert column(found, "endpoints-ipv6", 1)[:2] == ["::", "2001:db8:1::1"]


def test_searching_leaves_the_rows_that_have_all_words(browser, page):
    with opened(browser, page) as found:
        search = found.page.get_by_role("searchbox")
        found.page.keyboard.press("/")
        found.page.keyboard.type("fe80::c000:201 FE80::C000:202")
        rows = found.page.locator("tbody tr:visible").all_inner_texts()
        assert all("fe80::c000:201" in row and "fe80::c000:202" in row for row in rows)
        seen = found.page.locator(".table:visible h3").all_inner_texts()
        assert seen == ["Pings", "IPv6 conversations", "UDP conversations"]
        assert found.page.locator("#matches").inner_text() == f"{len(rows)} rows in 3 tables"
        assert len(column(found, "pings", 1)) == 1
        assert not found.page.locator("#icmpv6").is_visible()
        search.fill("no such thing")
        assert found.page.locator("#matches").inner_text() == "0 rows in 0 tables"
        search.fill("")
        assert found.page.locator("#icmpv6").is_visible()
        assert len(column(found, "endpoints-ipv6", 1)) == 10


def test_a_packet_opens_beside_the_page_and_closes_with_the_keyboard(browser, page):
    with opened(browser, page) as found:
        link = found.page.locator("#pings a.packet").first
        number = link.inner_text().strip()
        link.press("Enter")
        sheet = found.page.get_by_role("dialog")
        assert sheet.get_by_role("heading").inner_text() == f"Packet {number}"
        assert "Internet Control Message Protocol v6" in sheet.inner_text()
        assert "Type: Echo (ping) request (128)" in sheet.inner_text()
        found.page.keyboard.press("Escape")
        assert not sheet.is_visible()
        assert found.page.evaluate("document.activeElement.textContent.trim()") == number


def test_a_number_of_packets_tells_what_shows_them(browser, page):
    with opened(browser, page) as found:
        found.page.locator("#icmpv6 .count").first.press("Enter")
        command = found.page.locator("#sheet .command").inner_text()
        assert command == f"sixscope show -Y 'icmpv6.type == 1 && icmpv6.code == 4' {TUNNELS}"


def test_the_page_of_a_host_unfolds_where_its_mac_is_followed(browser, page):
    with opened(browser, page) as found:
        assert found.page.locator(".host > div:visible").count() == 0
        found.page.locator("#hosts tbody a:not(.packet)").nth(1).press("Enter")
        found.page.wait_for_selector("#host-2")
        assert found.page.locator(".host > div:visible").count() == 1


def test_the_first_key_leads_past_what_is_above_the_report(browser, page):
    with opened(browser, page) as found:
        found.page.keyboard.press("Tab")
        skip = found.page.locator(":focus")
        assert skip.inner_text() == "Skip to the report"
        assert skip.bounding_box()["x"] >= 0
        skip.press("Enter")
        assert found.page.evaluate("document.activeElement.id") == "main"


LUMINANCES = """() => ['main', '.quiet, .words', 'a.packet', 'thead th'].map(selector => {
  const element = document.querySelector(selector), canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const parts = color => {
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const card = getComputedStyle(document.querySelector('.table')).backgroundColor;
  return [parts(getComputedStyle(element).color), parts(card)];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(browser, page, scheme):
    """The contrast that WCAG 2.2 asks of text (1.4.3): 4.5 to 1."""

    def luminance(color: list[int]) -> float:
        parts = [value / 255 for value in color]
        red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
                            for v in parts)  # fmt: skip
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    with opened(browser, page, color_scheme=scheme) as found:
        pairs = found.page.evaluate(LUMINANCES)
    assert len(pairs) == 4
    for text, card in pairs:
        high, low = sorted((luminance(text), luminance(card)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5
        assert (luminance(card) < 0.1) == (scheme == "dark")


def test_without_scripts_everything_is_there(browser, page):
    with opened(browser, page, java_script_enabled=False) as found:
        assert found.page.locator("#endpoints-ipv6 tbody tr:visible").count() == 32
        assert found.page.locator("#search").is_hidden()
        link = found.page.locator("#pings a.packet").first
        link.click()
        assert found.page.locator(link.get_attribute("href")).is_visible()


def test_on_a_narrow_page_nothing_but_tables_and_charts_is_wider(browser, page):
    viewport = {"width": 380, "height": 800}
    with opened(browser, page, viewport=viewport) as found:
        width = "document.documentElement.scrollWidth"
        assert found.page.evaluate(width) <= 380
