"""``sixscope crosscheck``: its table, its JSON, its exit status."""

from __future__ import annotations

import json
import os
import shutil

import junitparser
import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from dissect.crosscheck.compare import Row
from dissect.crosscheck.tally import Counts, Example, Tally
from tests.captures_list import ROOT

ALIKE = str(ROOT / "captures" / "pcap_microseconds.pcap")
FRAGMENTS = str(ROOT / "captures" / "ipv6_fragments.pcapng")


def run(*arguments: str):
    return CliRunner().invoke(main, ["crosscheck", *arguments])


@pytest.fixture
def disagreeing(monkeypatch):
    """A comparison that finds one field different and one missing."""

    def check_files(files, judged, *, reassemble, preferences, jobs):
        tally = Tally(files=1, packets=3)
        tally.fields["ipv6.plen"] = Counts(agreed=2, different=1)
        here, there = Row("ipv6.plen", 18, 2, "8"), Row("ipv6.plen", 18, 2, "9\x1b[2J")
        tally.fields["ipv6.plen"].examples.append(Example("a.pcap", 3, here, there))
        tally.fields["udp.length"] = Counts(agreed=9, missing=1)
        yield "a.pcap", tally

    monkeypatch.setattr("dissect.crosscheck.tally.check_files", check_files)


def test_disagreement_is_exit_status_1_and_shown_with_both_values(disagreeing):
    result = run("--show", "1", "a.pcap")
    assert result.exit_code == 1
    assert "a.pcap packet 3" in result.stdout
    assert "ipv6.plen: 1 different" in result.stdout
    assert "udp.length:" not in result.stdout
    ipv6 = next(line for line in result.stdout.splitlines() if line.startswith("ipv6 "))
    assert ipv6.split() == ["ipv6", "2", "1", "0", "0", "0", "0", "100.00%", "66.66%"]


def test_values_cannot_steer_the_terminal(disagreeing):
    assert "\x1b" not in run("--show", "1", "a.pcap").stdout


def test_junit_has_a_case_for_each_protocol(disagreeing):
    result = run("-T", "junit", "a.pcap")
    (suite,) = junitparser.JUnitXml.fromstring(result.stdout.encode())
    assert (result.exit_code, suite.tests, suite.failures) == (1, 2, 2)
    failed = {case.name: case.result[0] for case in suite}
    assert failed["ipv6 is as tshark has it"].message == "ipv6.plen: 1 different"
    assert "tshark  18+2  9\\x1b[2J" in failed["ipv6 is as tshark has it"].text
    assert failed["udp is as tshark has it"].message == "udp.length: 1 missing here"


@pytest.mark.parametrize("form", ["sarif", "github", "md"])
def test_other_formats_for_ci_name_the_fields(disagreeing, form):
    result = run("-T", form, "a.pcap")
    assert result.exit_code == 1
    assert "ipv6.plen" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_has_the_same_numbers(disagreeing):
    result = run("-T", "json", "--show", "2", "a.pcap")
    answer = json.loads(result.stdout)
    assert answer["agrees"] is False
    assert answer["protocols"]["udp"]["missing"] == 1
    assert [field["name"] for field in answer["fields"]] == ["ipv6.plen", "udp.length"]
    assert answer["fields"][0]["examples"][0]["here"]["show"] == "8"


def test_missing_tshark_is_one_line_and_exit_status_2(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(ALIKE)
    assert result.exit_code == 2
    assert "apt-get install tshark" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.tshark
@pytest.mark.skipif(
    not shutil.which("tshark") and os.environ.get("CI") != "true",
    reason="tshark is not installed",
)
def test_agreement_is_exit_status_0_and_a_bad_file_2(tmp_path):
    good = run(ALIKE, "--protocols", "ipv6, icmpv6")
    assert good.exit_code == 0
    assert "3 packets in 1 file" in good.stdout
    assert "eth" not in good.stdout
    assert run(FRAGMENTS, "--no-reassembly").exit_code == 0
    bad = run(ALIKE, str(tmp_path / "absent.pcap"))
    assert bad.exit_code == 2
    assert "absent.pcap" in bad.stderr
