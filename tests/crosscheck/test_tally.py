"""Counting, with a tshark that says what a test wants."""

from __future__ import annotations

import pytest

from dissect.crosscheck import tally as tally_module
from dissect.crosscheck.compare import Row, rows
from dissect.crosscheck.known import Known, find
from dissect.crosscheck.known.entry import always
from dissect.crosscheck.tally import Counts, Tally, _Judge, judged_protocols
from dissect.crosscheck.tshark import Section
from dissect.engine.packet import dissect

DATA = bytes.fromhex("60000000000c1140") + bytes(31) + b"\1" + bytes(15) + b"\2"
DATA = DATA[:40] + bytes.fromhex("9c400009000c0000") + b"six!"
JUDGED = frozenset({"frame", "ipv6", "udp", "data"})


def judged(theirs: list[Section], which: frozenset[str] = JUDGED) -> Tally:
    found = Tally()
    _Judge("a.pcap", found, which).packet(dissect(DATA, 101), theirs)
    return found


def own_rows(prefix: str) -> list[Row]:
    return [row for row in rows(dissect(DATA, 101)) if row.name.startswith(prefix + ".")]


def own_sections() -> list[Section]:
    return [Section(name, own_rows(name)) for name in ("frame", "ipv6", "udp", "data")]


def test_the_same_fields_agree():
    found = judged(own_sections())
    assert found.agrees
    assert found.protocols()["ipv6"].agreed == len(own_rows("ipv6"))
    assert found.protocols()["ipv6"].found == 100


def test_missing_different_and_extra_fields_are_disagreements():
    sections = own_sections()
    plen = next(row for row in sections[1].rows if row.name == "ipv6.plen")
    sections[1].rows.remove(plen)
    sections[1].rows.append(plen._replace(show="13"))
    sections[1].rows.append(Row("ipv6.fancy", 0, 0, "1"))
    sections[2].rows.pop()
    found = judged(sections)
    assert not found.agrees
    assert found.fields["ipv6.plen"].different == 1
    assert found.fields["ipv6.plen"].examples[0].theirs.show == "13"
    assert found.fields["ipv6.fancy"].missing == 1
    assert found.protocols()["udp"].extra == 1
    assert {name for name, _ in found.worst(9)} >= {"ipv6.plen", "ipv6.fancy"}


def test_protocols_that_we_do_not_decode_are_not_judged():
    found = judged([*own_sections(), Section("dns", [Row("dns.id", 48, 2, "1")])])
    assert "dns" not in found.protocols()


def test_what_lies_behind_an_undecoded_protocol_is_not_reached_but_not_found_either():
    behind = Section("ipv6", [Row("ipv6.plen", 99, 2, "5")])
    found = judged([*own_sections(), Section("gtp", []), behind])
    assert found.fields["ipv6.plen"].unreached == 1
    assert found.agrees
    assert found.protocols()["ipv6"].found < 100


def test_behind_a_comment_or_a_malformed_marker_a_field_is_missing():
    missing = Section("ipv6", [Row("ipv6.plen", 99, 2, "5")])
    for name in ("pkt_comment", "_ws.malformed"):
        found = judged([Section(name, []), *own_sections(), missing])
        assert found.fields["ipv6.plen"].missing == 1
        assert found.fields["ipv6.plen"].unreached == 0


def test_before_an_undecoded_protocol_a_field_is_missing():
    before = Section("ipv6", [Row("ipv6.plen", 99, 2, "5")])
    found = judged([*own_sections(), before, Section("gtp", [])])
    assert found.fields["ipv6.plen"].missing == 1


def test_our_data_in_the_place_of_their_protocol_is_no_disagreement():
    sections = own_sections()[:3]
    sections[0] = Section("frame", [Row("frame.protocols", 0, 0, "raw:ipv6:udp:dns")])
    found = judged(sections)
    assert not any(name.startswith("data.") for name in found.fields)
    assert found.fields["frame.protocols"].unreached == 1


def test_protocols_can_be_chosen():
    assert set(judged(own_sections(), frozenset({"udp"})).protocols()) == {"udp"}


def test_a_dissector_bug_is_a_problem(monkeypatch):
    packet = dissect(DATA, 101)
    from dissect.engine.notes import BUG, Finding

    packet.findings.append(Finding(BUG, "udp", 40, 0, "Dissector bug in udp"))
    found = Tally()
    _Judge("a.pcap", found, JUDGED).packet(packet, own_sections())
    assert not found.agrees
    assert "packet 1" in found.problems[0]


def test_known_mistakes_of_tshark_are_counted_apart(monkeypatch):
    entry = Known("udp.len*", frozenset({"missing"}), always, "because", "RFC 768", "x.pcap")
    monkeypatch.setattr("dissect.crosscheck.known.KNOWN", (entry,))
    found = judged([*own_sections(), Section("udp", [Row("udp.length", 9, 2, "7")])])
    assert found.agrees
    assert found.fields["udp.length"].wrong == 1
    assert found.wrong == {"because": 1}


def test_a_known_mistake_has_to_look_as_described():
    entry = Known("udp.length", frozenset({"missing"}), always, "", "", "")
    row = Row("udp.length", 9, 2, "7")
    packet = dissect(DATA, 101)
    assert find(packet, None, row, (entry,)) is entry
    assert find(packet, row, None, (entry,)) is None
    assert find(packet, row, row._replace(show="8"), (entry,)) is None


def test_percentages_of_nothing():
    assert Counts().found == Counts().right == 0


def test_tallies_add_up():
    one, other = Tally(files=1, packets=2), Tally(files=1, packets=3)
    one.count("ipv6.plen").agreed = 1
    other.count("ipv6.plen").missing = 2
    other.problems.append("p")
    one.add(other)
    assert (one.files, one.packets, one.problems) == (2, 5, ["p"])
    assert one.fields["ipv6.plen"].disagreed == 2
    assert one.protocols()["ipv6"].found == pytest.approx(100 / 3)


def test_generic_protocols_are_not_judged():
    assert {"eth", "ipv6", "udp"} <= judged_protocols()
    assert not {"ntp", "hsrp"} & judged_protocols()


def test_file_that_is_no_capture_is_an_error_not_an_exception(tmp_path, monkeypatch):
    monkeypatch.setattr(tally_module, "TShark", _NoTShark)
    assert tally_module.check_file(str(tmp_path / "absent.pcap")).errors


class _NoTShark:
    def __init__(self, path: str, *settings: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", path)
