"""Verdicts in every format: valid for those who read them, and harmless whatever packets say."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from dissect.verdict import FORMATS, Case, Finding, Level, Rule, Spot, Verdict, write

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.json").read_text())
HOSTILE = 'a\x1b[31m\u202e|<script>alert(1)</script>]]>\n::error::\x00\ud800"&%0A'
RULE = Rule("NDP-001", "Off the link", Level.ERROR, "why", "fix it", "RFC 4861, section 6.1.1")
OTHER = Rule("CAP-001", HOSTILE, Level.NOTE, HOSTILE, HOSTILE, HOSTILE)


def verdict(**more) -> Verdict:
    spot = Spot(6, "a → b ICMPv6", "ipv6.hlim", 21, b"\x40")
    findings = [
        Finding(RULE, "hop limit 64", Level.ERROR, "x.pcap", "fe80::1", 3, spot, 9),
        Finding(OTHER, HOSTILE, Level.NOTE, "x.pcap", HOSTILE, spot=Spot(1, HOSTILE, HOSTILE)),
    ]
    cases = [
        Case("NDP-001 Off the link", "x.pcap", findings[:1], seconds=0.5),
        Case(HOSTILE, "x.pcap", findings[1:]),
        Case("NDP-002", "x.pcap"),
        Case("NDP-003", "y.pcap", skipped="not there"),
    ]
    return Verdict("lint", cases, **more)


def written(form: str, one: Verdict, **more) -> str:
    out = io.StringIO()
    write(form, out, one, **more)
    return out.getvalue()


def test_sarif_validates_against_its_schema():
    for one in (verdict(), verdict(failures=[HOSTILE]), Verdict("check", [])):
        jsonschema.validate(json.loads(written("sarif", one)), SCHEMA)


def test_sarif_says_which_packet_and_octets():
    (run,) = json.loads(written("sarif", verdict()))["runs"]
    result = run["results"][0]
    assert result["ruleId"] == "NDP-001"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "NDP-001"
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "x.pcap"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "packet 6/ipv6.hlim"
    assert location["properties"]["octets"] == "40"


def test_junit_counts_cases_failures_and_skips():
    root = ET.fromstring(written("junit", verdict()))
    assert root.attrib | {"name": ""} == {
        "name": "", "tests": "4", "failures": "1", "errors": "0", "skipped": "1"
    }  # fmt: skip
    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["NDP-001 Off the link"]
    assert "ipv6.hlim, octet 21: 40" in failed[0].find("failure").text


def test_junit_tells_what_could_not_be_read_as_an_error():
    root = ET.fromstring(written("junit", verdict(failures=["x.pcap: damaged"])))
    assert root.get("errors") == "1"


def test_json_has_the_findings_with_their_places():
    found = json.loads(written("json", verdict()))
    assert found["version"] == 1
    assert found["status"] == 1
    one = found["findings"][0]
    assert (one["rule"], one["count"], one["first"], one["last"]) == ("NDP-001", 3, 6, 9)
    assert found["rules"]["NDP-001"]["ref"] == "RFC 4861, section 6.1.1"


def test_github_writes_one_command_a_finding_whatever_the_texts():
    lines = written("github", verdict()).splitlines()
    assert sum(line.startswith("::") for line in lines) == 2
    assert lines[0].startswith("::error file=x.pcap,title=NDP-001%3A Off the link::hop limit 64")


def test_markdown_has_no_markup_from_packets():
    text = written("md", verdict())
    assert "<script>" not in text.replace(r"\<script\>", "")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.replace(r"\|", "").count("|") == 6 for line in rows)


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_passes(form):
    text = written(form, verdict(failures=[HOSTILE]))
    assert not set(text) & {"\x1b", "\x00", "\u202e", "\ud800"}


def test_colours_only_where_they_are_asked_for():
    assert "\x1b[" in written("text", verdict(), color=True)
    assert "\x1b[" not in written("text", verdict())


@pytest.mark.parametrize(
    ("fail_on", "known", "failures", "status"),
    [
        (Level.ERROR, False, [], 1),
        (Level.ERROR, True, [], 0),
        (Level.NOTE, True, [], 0),
        (Level.NOTE, False, ["x"], 2),
    ],
)
def test_status(fail_on, known, failures, status):
    finding = Finding(RULE, "m", Level.ERROR, "x.pcap", known=known)
    assert Verdict("lint", [Case("c", "x", [finding])], failures, fail_on).status == status


def test_notes_don_t_fail_unless_they_are_to():
    finding = Finding(RULE, "m", Level.NOTE, "x.pcap")
    assert Verdict("lint", [Case("c", "x", [finding])]).status == 0
    assert Verdict("lint", [Case("c", "x", [finding])], fail_on=Level.NOTE).status == 1


def test_fingerprints_tell_findings_apart_and_stay_the_same():
    one = Finding(RULE, "m", Level.ERROR, "a/x.pcap", "fe80::1")
    assert one.fingerprint == Finding(RULE, "n", Level.NOTE, "b/x.pcap", "fe80::1").fingerprint
    assert one.fingerprint != Finding(RULE, "m", Level.ERROR, "a/x.pcap", "fe80::2").fingerprint
    assert one.fingerprint != Finding(RULE, "m", Level.ERROR, "a/y.pcap", "fe80::1").fingerprint
