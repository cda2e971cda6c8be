"""A mistake of ours in one analysis, collector or rule, planted here: all else is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from dissect import open_capture
from dissect.analysis.ping import Ping
from dissect.check.run import check_files
from dissect.cli.main import main
from dissect.engine.bugs import Bugs
from dissect.lint import steps
from dissect.lint.rule import ALIKE, RULES, TALLIES, Hit
from dissect.report.tables.extensions import Extensions
from tests.captures_list import ROOT
from tui.engine.calls.detail import linted

TOUR = str(ROOT / "captures" / "tour.pcapng")
SLAAC = str(ROOT / "captures" / "lab" / "slaac.pcapng")
PINGED = str(ROOT / "captures" / "ipv6_tunnels.pcapng")


def report(*arguments: str):
    return CliRunner().invoke(main, ["report", "-T", "json", *arguments])


def stumble(monkeypatch, kind: type, name: str, when=lambda *arguments: True) -> None:
    """Let a method raise."""
    before = getattr(kind, name)

    def broken(self, *arguments):
        if when(*arguments):
            raise ZeroDivisionError("planted")
        return before(self, *arguments)

    monkeypatch.setattr(kind, name, broken)


def rows(result, name: str) -> list:
    return json.loads(result.stdout)["tables"][name]["rows"]


def test_an_analysis_loses_the_packet_over_which_it_stumbles_and_nothing_else(monkeypatch):
    tables = ("--table", "pings,neighbours,hierarchy", PINGED)
    right = report(*tables)
    assert right.exit_code == 0
    first = min(row["first"] for row in rows(right, "pings"))
    stumble(monkeypatch, Ping, "take", lambda event: event[0].number == first)
    broken = report(*tables)
    assert broken.exit_code == 2
    assert broken.stderr.count("\n") == 1
    assert f"ping:Ping is incomplete: packet {first}: a mistake of ours" in broken.stderr
    assert "ZeroDivisionError: planted" in broken.stderr
    assert "Traceback" not in broken.stderr
    for name in ("neighbours", "hierarchy"):
        assert rows(broken, name) == rows(right, name)
    assert rows(broken, "pings") != rows(right, "pings")


@pytest.mark.parametrize("half", ["rows", "digest", "take", "table", "findings"])
def test_an_analysis_that_always_stumbles_leaves_the_others_alone(monkeypatch, half):
    stumble(monkeypatch, Ping, half)
    broken = report("--table", "pings,hierarchy", PINGED)
    assert broken.exit_code == 2
    assert "ping:Ping is incomplete" in broken.stderr
    assert rows(broken, "hierarchy")
    tables = json.loads(broken.stdout)["tables"]
    assert ("pings" in tables) is (half != "table")


@pytest.mark.parametrize("half", ["update", "packet", "table"])
def test_a_collector_that_stumbles_leaves_the_others_alone(monkeypatch, half):
    right = report("--table", "capture,hierarchy", TOUR)
    stumble(monkeypatch, Extensions, half)
    broken = report("--table", "extensions,capture,hierarchy", TOUR)
    assert broken.exit_code == 2
    assert "Extensions is incomplete" in broken.stderr
    for name in ("capture", "hierarchy"):
        assert rows(broken, name) == rows(right, name)


def test_what_several_processes_stumbled_over_is_counted_together():
    one, two = Bugs(strict=False), Bugs(strict=False)
    for number in (7, 9):
        one.caught("a", ValueError("x"), number)
    two.caught("a", ValueError("y"), 11)
    two.caught("b", KeyError("z"))
    one.merge(two)
    assert one.words() == [
        "a is incomplete: packet 7: a mistake of ours (ValueError: x) (and 2 more)",
        "b is incomplete: a mistake of ours (KeyError: 'z')",
    ]


class Broken:
    """A rule that does what it is told to in one of its calls only."""

    def __call__(self, at):
        yield Hit("said before")
        raise ZeroDivisionError("planted")

    def batch(self, batch):
        raise ZeroDivisionError("planted")

    def end(self):
        raise ZeroDivisionError("planted")


def plant(monkeypatch, rule: str, *calls: str) -> None:
    made = type("Planted", (), {name: getattr(Broken, name) for name in calls}
                | ({} if "__call__" in calls else {"__call__": lambda self, at: ()}))  # fmt: skip
    monkeypatch.setitem(RULES, rule, replace(RULES[rule], make=made))


@pytest.mark.parametrize(
    ("rule", "call"), [("RAD-002", "__call__"), ("ICM-010", "batch"), ("RAD-002", "end")]
)
def test_a_rule_that_stumbles_leaves_the_others_alone(monkeypatch, rule, call):
    right = CliRunner().invoke(main, ["lint", "-T", "json", SLAAC])
    assert right.exit_code != 2
    plant(monkeypatch, rule, call)
    broken = CliRunner().invoke(main, ["lint", "-T", "json", SLAAC])
    assert broken.exit_code == 2
    assert f"{SLAAC}: {rule} is incomplete: " in broken.stderr
    assert "a mistake of ours (ZeroDivisionError: planted" in broken.stderr

    def others(result) -> list[str]:
        found = json.loads(result.stdout)["findings"]
        return [one["message"] for one in found if one["rule"] != rule]

    assert others(right)
    assert others(broken) == others(right)


def test_the_screen_shows_a_packet_all_the_same(monkeypatch):
    plant(monkeypatch, "NDP-001", "__call__")
    with open_capture(SLAAC) as capture:
        packet = next(one for one in capture if one.layer("icmpv6"))
    assert isinstance(linted(packet), list)


def test_in_python_a_mistake_raises(monkeypatch):
    stumble(monkeypatch, Ping, "take")
    plant(monkeypatch, "RAD-002", "__call__")
    with open_capture(PINGED) as capture, pytest.raises(ZeroDivisionError):
        capture.report("pings")
    with open_capture(SLAAC) as capture, pytest.raises(ZeroDivisionError):
        capture.lint()


def test_an_expectation_that_could_not_be_asked_is_told_and_the_next_capture_is_checked(
    monkeypatch, tmp_path
):
    for name, table in (("a", "pings"), ("b", "hierarchy")):
        (tmp_path / f"{name}.sixscope.toml").write_text(
            f'capture = "{PINGED}"\n[[expect]]\nname = "{name}"\nreport = [\n'
            f'    {{ table = "{table}", value = ">= 0" }},\n]\n'
        )
    stumble(monkeypatch, Ping, "take")
    verdict = check_files([str(tmp_path / f"{name}.sixscope.toml") for name in "ab"])
    assert [bool(case.skipped) for case in verdict.cases] == [True, False]
    assert len(verdict.failures) == 1
    assert "a mistake of ours (ZeroDivisionError: planted" in verdict.failures[0]


def test_a_mistake_in_a_command_is_one_line_and_no_finding(monkeypatch):
    monkeypatch.setattr("dissect.report.run.report", lambda *_, **__: 1 // 0)
    result = report(TOUR)
    assert result.exit_code == 2
    assert result.stderr.startswith("sixscope: a mistake of ours (ZeroDivisionError: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("table", ["TALLIES", "ALIKE"])
def test_columns_over_which_a_rule_stumbles_leave_the_others_alone(monkeypatch, table):
    right = CliRunner().invoke(main, ["lint", "-T", "json", SLAAC])

    def broken(batch):
        raise ZeroDivisionError("planted")
        yield

    if table == "TALLIES":
        who = "NDP-008"
        monkeypatch.setitem(TALLIES, who, broken)
    else:
        who = ", ".join(ALIKE[0][0])
        monkeypatch.setattr(steps, "ALIKE", [(ALIKE[0][0], broken), *ALIKE[1:]])
    found = CliRunner().invoke(main, ["lint", "-T", "json", SLAAC])
    assert found.exit_code == 2
    assert f"{SLAAC}: {who} is incomplete: a mistake of ours (ZeroDivisionError" in found.stderr

    def others(result) -> list[str]:
        return [
            one["message"] for one in json.loads(result.stdout)["findings"]
            if one["rule"] not in who
        ]  # fmt: skip

    assert others(right)
    assert others(found) == others(right)
