"""Each rule on the packets of ``captures/lint``: those that break it, and near misses."""

from __future__ import annotations

from collections import defaultdict

import pytest

from dissect.capture.open import open_records
from dissect.capture.record import Record
from dissect.capture.write import PcapngWriter
from dissect.lint import lint, load
from tests.captures_list import ROOT

FOLDER = ROOT / "captures" / "lint"
RULES = load()
Cases = dict[str, dict[str, list[Record]]]


def cases_of(path) -> Cases:
    """The packets of a file by rule and comment."""
    found: Cases = defaultdict(lambda: defaultdict(list))
    with open_records(path) as records:
        for record in records:
            (comment,) = record.comments
            found[comment.split()[0]][comment].append(record)
    return found


CASES = {rule: cases for path in sorted(FOLDER.glob("*.pcapng"))
         for rule, cases in cases_of(path).items()}  # fmt: skip


def findings_of(records: list[Record], path, rule: str):
    """What a rule finds in some packets, by columns and trees as in any capture."""
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        interfaces = {}
        for record in records:
            if record.link_type not in interfaces:
                interfaces[record.link_type] = file.interface(record.link_type)
            file.packet(record.data, record.time_ns or 0, interfaces[record.link_type],
                        record.original)  # fmt: skip
    return lint(str(path), select=[rule]).findings


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_fires_on_what_breaks_it_and_not_on_near_misses(rule, tmp_path):
    cases = CASES.get(rule, {})
    broken = [records for comment, records in cases.items() if comment == f"{rule} broken"]
    near = {comment: records for comment, records in cases.items() if "near miss" in comment}
    assert broken, "no packet that breaks it"
    assert near, "no near miss"
    path = tmp_path / "case.pcapng"
    for records in broken:
        for found in [findings_of(group, path, rule) for group in _apart(records)]:
            assert found, f"not found in packets from {records[0].number}"
    for comment, records in near.items():
        found = findings_of(records, path, rule)
        assert not found, f"{comment}: {[one.message for one in found]}"


def _apart(records: list[Record]) -> list[list[Record]]:
    """Packets that are of several cases, which are hours apart."""
    groups: list[list[Record]] = []
    for record in records:
        if groups and record.time_ns - groups[-1][-1].time_ns < 5_000 * 1_000_000_000:
            groups[-1].append(record)
        else:
            groups.append([record])
    return groups


def test_every_case_is_of_a_rule():
    assert set(CASES) <= set(RULES)
