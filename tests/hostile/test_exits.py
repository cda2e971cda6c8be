"""What leaves the program is well formed, and means nothing to who shows it, whatever came in."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from tests.hostile.bombs import BOMBS
from tests.hostile.capture import written
from tests.hostile.texts import PACKETS

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
"""What a terminal interprets, and what deceives a reader; but for line ends and tabs."""
SMALL_BOMBS = [bomb for name, bomb in BOMBS.items() if name not in (
    "one-octet options", "ND options", "unknown ND options", "DHCP options", "DNS questions",
    "DHCPv6 options", "DNS loop",
)]  # fmt: skip
"""Those whose whole trees aren't long."""


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("hostile") / "texts.pcapng", PACKETS)


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("hostile") / "bombs.pcapng", SMALL_BOMBS)


def output(*arguments: object) -> str:
    """What a command prints; its octets are UTF-8."""
    result = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes.decode("utf-8")


TERMINAL = [
    ("show",), ("show", "-V"), ("show", "-x"), ("show", "-T", "summary"),
    ("show", "-T", "fields", "-e", "_ws.col.Info", "-e", "dns.qry.name", "-e", "sip.Subject"),
    ("show", "-T", "csv"), ("report",), ("report", "-T", "md"),
    ("report", "-T", "csv", "--table", "names"), ("report", "-T", "csv", "--table", "sip-calls"),
    ("report", "-T", "csv", "--table", "files"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", TERMINAL, ids=" ".join)
def test_no_escape_sequence_passes(texts, arguments):
    found = output(*arguments, texts)
    assert len(found) > 100
    assert not CONTROLS.search(found)


@pytest.mark.parametrize("arguments", [("show", "-V"), ("show",), ("report",)], ids=" ".join)
def test_bombs_are_told_without_escape_sequences(bombs, arguments):
    assert not CONTROLS.search(output(*arguments, bombs))


@pytest.mark.parametrize("form", ["json", "ek"])
def test_json_is_json(texts, bombs, form):
    for path, packets in ((texts, len(PACKETS)), (bombs, len(SMALL_BOMBS))):
        found = output("show", "-T", form, path)
        if form == "json":
            assert len(json.loads(found)) == packets
        else:
            assert len([json.loads(line) for line in found.splitlines()]) == 2 * packets


def test_pdml_is_xml(texts, bombs):
    for path, packets in ((texts, len(PACKETS)), (bombs, len(SMALL_BOMBS))):
        root = ElementTree.fromstring(output("show", "-T", "pdml", path))
        assert len(root.findall("packet")) == packets


def test_reports_in_json_are_json(texts, bombs):
    for path in (texts, bombs):
        assert json.loads(output("report", "-T", "json", path))["tables"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "-T", "csv"), ("report", "-T", "csv", "--table", "names"),
        ("report", "-T", "csv", "--table", "sip-calls"),
        ("report", "-T", "csv", "--table", "interfaces"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_cell_is_a_formula(texts, arguments):
    rows = list(csv.reader(io.StringIO(output(*arguments, texts))))
    assert len(rows) > 1
    for cell in (cell for row in rows for cell in row):
        assert not re.match(r"[=+@]|-(?!\d+(\.\d+)?$)", cell), cell


def test_markdown_and_html_of_packets_mean_nothing(texts):
    found = output("report", "-T", "md", texts)
    assert "script" in found
    for mark in ("<details>", "</details>", "<summary>", "</summary>"):  # the report's own
        found = found.replace(mark, "")
    assert not re.search(r"(?<!\\)<[a-z/!]", found)
    assert not re.search(r"(?<!\\)\]\(", found)
