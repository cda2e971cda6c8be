"""What keeps lint honest, and that columns never hide what trees would show."""

from __future__ import annotations

from collections import Counter

import pytest

from dissect import dissect, open_capture
from dissect.engine.session import Session
from dissect.lint import chosen, lint, lint_packet
from dissect.lint.run import Run
from dissect.verdict import Level
from tests.captures_list import LINT, ROOT

LAB = ROOT / "captures" / "lab"
OF_COLUMNS = {"CAP", "XLT"}
"""Areas that look at columns alone, or hand packets to an analysis that does."""
BY_COLUMNS = {"ADR-006", "ICM-010", "ICM-011", "NDP-017"}
"""Rules that ask columns instead of packets."""
CAPTURES = [*LINT, *sorted(LAB.glob("*.pcapng")), ROOT / "captures" / "tour.pcapng"]


def by_trees(path, rules) -> Counter[tuple[str, str]]:
    """The findings by rule and key, every packet decoded and every rule asked about it."""
    run = Run(rules)
    with open_capture(path) as capture:
        session = capture.session(Session)
        for record in capture.records:
            run.packet(capture.packet(record, session).decode())
    return Counter({(one.rule.id, one.key): one.count for one in run.end(str(path))})


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_columns_choose_all_packets_that_break_a_rule(path):
    rules = [r for r in chosen() if r.area not in OF_COLUMNS and r.id not in BY_COLUMNS]
    ids = [rule.id for rule in rules]
    found = {(one.rule.id, one.key): one.count for one in lint(path, select=ids).findings}
    assert found == by_trees(path, rules)


def test_of_quoted_packets_only_structure_is_judged_and_as_a_note():
    found = lint(LAB / "extension_headers.pcapng", select=["RTH-001"]).findings
    assert {(one.level, one.first) for one in found} == {(Level.ERROR, 236), (Level.NOTE, 237)}


def test_one_packet_is_judged_by_itself():
    packet = dissect(bytes.fromhex("6000000000003b00" + "00" * 15 + "01" + "00" * 15 + "01"), 229)
    assert "IP6-004" in {one.rule.id for one in lint_packet(packet)}


def test_a_damaged_capture_is_judged_up_to_its_damage(tmp_path):
    whole = (ROOT / "captures" / "lint" / "ip6.pcapng").read_bytes()
    path = tmp_path / "cut.pcapng"
    path.write_bytes(whole[:-10])
    linted = lint(path)
    assert linted.damage is not None
    assert linted.findings


def test_pipes_and_compressed_files_are_judged_too(tmp_path):
    import gzip

    plain = ROOT / "captures" / "lint" / "frg.pcapng"
    path = tmp_path / "frg.pcapng.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    keys = [(one.rule.id, one.key, one.count) for one in lint(plain).findings]
    assert [(one.rule.id, one.key, one.count) for one in lint(path).findings] == keys


def test_wrong_checksums_left_to_the_network_card_are_notes():
    found = lint(LAB / "jumbograms.pcapng", select=["L4-002", "CAP-002"]).findings
    assert found
    assert {one.level for one in found} == {Level.NOTE}
    assert any(one.rule.id == "CAP-002" for one in found)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [(["NDP-001"], 1), (["ndp"], 18), (["error"], None), ([], 166)],
)
def test_rules_are_chosen_by_id_area_and_level(words, wanted):
    rules = chosen(words)
    assert wanted is None or len(rules) == wanted
    if words == ["error"]:
        assert {rule.rule.level for rule in rules} == {Level.ERROR}


def test_unknown_words_are_no_rules():
    with pytest.raises(ValueError, match="NDX"):
        chosen(["NDX"])
