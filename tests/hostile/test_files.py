"""Absurd capture files, through every command: an answer, a status, no mistake of ours."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dissect.capture import pcapng
from dissect.cli.main import main
from tests.hostile.files import SMALL, written
from tests.hostile.test_exits import CONTROLS

DAMAGED = {
    "block-of-4-gib": 1, "block-of-2-gib": 1, "block-of-nothing": 1, "block-of-8": 1,
    "packet-of-4-gib": 20, "packet-of-2-gib": 20, "interfaces": 2,
}  # fmt: skip
"""Packets before the damage, of those that have one."""
WHOLE = {"times": 28 * 6, "pcap-times": 25, "names": 1, "empty-packets": 200, "empty-blocks": 0,
         "sections": 200, "comments": 60, "no-packets": 0}  # fmt: skip
"""Packets of the others."""


@pytest.fixture(scope="module", params=SMALL)
def file(request, tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("files"), request.param, SMALL[request.param]())


def output(file: Path, *arguments: str) -> str:
    """What a command prints; the file's damage is all that it complains about."""
    result = CliRunner().invoke(main, [*arguments, str(file)])
    if file.stem in DAMAGED:
        assert result.exit_code == 2
        assert f"{file}: byte " in result.stderr
        assert result.stderr.count("\n") == 1
    else:
        assert (result.exit_code, result.stderr) in ((0, ""), (1, ""))
    return result.stdout_bytes.decode("utf-8")


def test_packets_are_there_up_to_the_damage(file):
    there = {**DAMAGED, **WHOLE}[file.stem]
    shown = output(file, "show", "-T", "json", "-c", "50")
    assert len(json.loads(shown)) == min(there, 50)
    assert len(ElementTree.fromstring(output(file, "show", "-T", "pdml", "-c", "50"))) == min(
        there, 50
    )
    lines = output(file, "show").splitlines()
    assert len(lines) == there
    assert not any(map(CONTROLS.search, lines))


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_reports_of_it_can_be_read(file, form):
    found = output(file, "report", "-T", form)
    if form == "json":
        there = {**DAMAGED, **WHOLE}[file.stem]
        tables = json.loads(found)["tables"]
        assert tables["capture"]["rows"][0]["packets"] == there
        assert sum(row["packets"] for row in tables["rates"]["rows"]) in (there, 0)
    else:
        assert not CONTROLS.search(found)


@pytest.mark.parametrize("arguments", [("lint", "-T", "json"), ("lint", "-T", "junit")])
def test_it_can_be_judged(file, arguments):
    found = output(file, *arguments)
    if "json" in arguments:
        json.loads(found)
    else:
        ElementTree.fromstring(found)


@pytest.mark.parametrize("name", ["sections", "names"])
def test_what_a_file_says_of_itself_is_not_kept_without_end(name, tmp_path, monkeypatch):
    monkeypatch.setattr(pcapng, "MOST_HELD", 20_000)
    path = written(tmp_path, name, SMALL[name]())
    result = CliRunner().invoke(main, ["show", str(path)])
    shown = len(result.stdout.splitlines())
    assert result.exit_code == 2
    assert "of sections, interfaces and names" in result.stderr
    # a section and an interface cost 512 octets and their bodies, each before a packet
    assert shown == (0 if name == "names" else 20_000 // (2 * 256 + 16 + 8))
