"""`sixscope lint`: what it says, in which formats, and with which exit status."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from dissect.lint import load
from tests.captures_list import ROOT

NDP = str(ROOT / "captures" / "lint" / "ndp.pcapng")
VPN = str(ROOT / "captures" / "lab" / "vpn.pcapng")


def run(*arguments: str):
    return CliRunner().invoke(main, ["lint", *arguments])


def test_list_names_every_rule_with_its_clause():
    lines = run("--list").stdout.splitlines()
    assert len(lines) == len(load()) == 166
    assert any(line.startswith("NDP-001  error    ") and "RFC 4861" in line for line in lines)


def test_list_of_an_area():
    lines = run("--list", "--select", "mld").stdout.splitlines()
    assert [line[:7] for line in lines] == [f"MLD-00{number}" for number in range(1, 10)]


@pytest.mark.parametrize("rule", sorted(load()))
def test_every_rule_is_explained_with_an_example(rule):
    text = run("--explain", rule.lower()).stdout
    assert text.startswith(rule)
    for label in ("Level:", "Why:", "Fix:", "Example: captures/lint/"):
        assert label in text
    if not rule.startswith("CAP"):
        assert "Clause:" in text


def test_text_shows_the_packet_and_the_octets():
    result = run(NDP, "--select", "NDP-001")
    assert result.exit_code == 1
    assert "error NDP-001: Neighbor Discovery from beyond the link" in result.stdout
    assert "Neighbor Solicitation with hop limit 254, must be 255 (2 times, packets 1 to 2)" in (
        result.stdout
    )
    assert "ipv6.hlim, octet 21: fe" in result.stdout
    assert "fix: " in result.stdout


def test_nothing_found_is_status_0():
    result = run(VPN, "--ignore", "ADR-006")
    assert result.exit_code == 0
    assert result.stdout == "nothing found in 1 file\n"


def test_notes_count_only_if_asked_for():
    assert run(VPN).exit_code == 0
    assert run(VPN, "--fail-on", "note").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--select", "NDP-999", NDP], "no rule, area or level is called 'NDP-999'"),
        (["--explain", "XYZ"], "no rule is called 'XYZ'"),
        (["--update-baseline", NDP], "--update-baseline needs --baseline"),
        (["--baseline", "missing.json", NDP], "missing.json: No such file or directory"),
        (["--config", "missing.toml", NDP], "missing.toml: No such file or directory"),
        (["missing.pcap"], "missing.pcap"),
        ([], "Missing argument"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_read_does_not_hide_the_others():
    result = run("missing.pcap", NDP, "-T", "json", "--select", "NDP-001")
    found = json.loads(result.stdout)
    assert result.exit_code == found["status"] == 2
    assert found["failures"] == ["missing.pcap: No such file or directory"]
    assert found["findings"][0]["rule"] == "NDP-001"


def test_a_baseline_makes_old_findings_not_count(tmp_path):
    baseline = str(tmp_path / "known.json")
    first = run(NDP, "--select", "NDP-001", "--baseline", baseline, "--update-baseline")
    assert first.exit_code == 0
    known = run(NDP, "--select", "NDP-001", "--baseline", baseline)
    assert known.exit_code == 0
    assert "(known)" in known.stdout
    more = run(NDP, "--select", "NDP-001,NDP-002", "--baseline", baseline)
    assert more.exit_code == 1


def test_configuration(tmp_path):
    config = tmp_path / "sixscope.toml"
    config.write_text(
        '[lint]\nselect = ["NDP-012"]\nfail-on = "error"\n[lint.levels]\n"NDP-012" = "note"\n'
    )
    assert run(NDP, "--config", str(config)).exit_code == 0
    assert run(NDP, "--config", str(config), "--fail-on", "note").exit_code == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[lint", "Expected ']'"),
        ('[lint]\nselct = ["NDP"]', "unknown key 'selct'"),
        ('[lint]\nselect = "NDP"', "select is no list of words"),
        ('[lint]\ntranslators = ["2001:db8::/97"]', "a translator's prefix has"),
        ('[lint]\nfail-on = "fatal"', "no level 'fatal'"),
        ('[lint.levels]\n"NDP-999" = "note"', "no rule is called 'NDP-999'"),
    ],
)
def test_mistakes_in_the_configuration(tmp_path, text, words):
    config = tmp_path / "sixscope.toml"
    config.write_text(text)
    result = run(NDP, "--config", str(config))
    assert result.exit_code == 2
    assert re.search(re.escape(words), result.stderr)
