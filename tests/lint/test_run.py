"""What keeps lint honest, and that columns never hide what trees would show."""

from __future__ import annotations

import gc

import pytest

from dissect import dissect, open_capture
from dissect.capture.write import PcapWriter
from dissect.engine.session import Session
from dissect.lint import chosen, lint, lint_packet
from dissect.lint.batch import Batch
from dissect.lint.found import OTHERS as OTHERS_KEY
from dissect.lint.run import Run
from dissect.lint.told.parts import layers_of, with_parts
from dissect.verdict import Level
from making.build import HOST, OTHER, UDP_PROTO, ethernet, ipv6, pseudo_sum, udp
from making.overlays import vxlan
from tests.bench.make_capture import write
from tests.captures_list import LINT, ROOT

LAB = ROOT / "captures" / "lab"
OF_COLUMNS = {"CAP", "XLT"}
"""Areas that look at columns alone, or hand packets to an analysis that does."""
BY_COLUMNS = {"ICM-010", "ICM-011", "NDP-017"}
"""Rules that ask columns instead of packets."""
LEARNED = {"ppp_multilink.pcapng"}
"""Captures whose later packets are decoded by what earlier ones said, which lint doesn't follow."""
OTHERS = [one for one in sorted((ROOT / "captures").glob("*.pcap*")) if one.name not in LEARNED]
CAPTURES = [*LINT, *sorted(LAB.glob("*.pcapng")), *OTHERS]


def told_of(findings):
    """What findings say, by rule and key; lines depend on what was decoded before."""
    return {
        (one.rule.id, one.key): (one.message, one.level, one.count, one.first, one.last,
                                 one.spot.field, one.spot.offset, one.spot.octets)
        for one in findings
    }  # fmt: skip


def by_trees(path, rules):
    """The findings, every packet decoded and every rule asked about it."""
    run = Run(rules)
    with open_capture(path) as capture:
        session = capture.session(Session)
        for record in capture.records:
            run.packet(capture.packet(record, session).decode())
    return told_of(run.end(str(path)))


def same_as_by_trees(path):
    rules = [r for r in chosen() if r.area not in OF_COLUMNS and r.id not in BY_COLUMNS]
    found = told_of(lint(path, select=[rule.id for rule in rules]).findings)
    wanted = by_trees(path, rules)
    assert found == wanted
    return found


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_columns_choose_all_packets_that_break_a_rule(path):
    same_as_by_trees(path)


@pytest.mark.parametrize("mix", ["ipv6", "mixed"])
def test_many_packets_of_many_addresses_are_counted_as_by_trees(mix, tmp_path):
    path = tmp_path / "mix.pcap"
    write(path, 5000, mix)
    found = same_as_by_trees(path)
    assert any(key == OTHERS_KEY for _, key in found), "no rule with more keys than are kept"


def test_each_rule_by_itself_finds_what_all_find_together(tmp_path):
    path = tmp_path / "mix.pcap"
    write(path, 2000)
    together = told_of(lint(path).findings)
    apart = {}
    for rule in sorted({id for id, _ in together}):
        apart |= told_of(lint(path, select=[rule]).findings)
    assert apart == together


def test_memory_does_not_grow_with_what_a_chunk_was_told_by(tmp_path):
    path = tmp_path / "mix.pcap"
    write(path, 1000)
    gc.collect()
    gc.disable()
    try:
        lint(path)
        left = [one for one in gc.get_objects() if type(one) is Batch and one.__dict__]
    finally:
        gc.enable()
    assert not left


@pytest.mark.parametrize("name", ["fragments_ipv6.pcapng", "lab/extension_headers.pcapng"])
def test_fragments_have_the_layers_that_they_would_be_decoded_to(name):
    compared = 0
    with open_capture(ROOT / "captures" / name) as capture:
        for chunk, parts in with_parts(capture):
            for row, packet in parts.items():
                layers = None if chunk.unsure[row] else layers_of(packet)
                if layers is not None:
                    compared += 1
                    assert [described(one) for one in layers] == [
                        described(one) for one in packet.decode().layers
                    ]
    assert compared


def described(layer):
    return (layer.name, bool(layer.title), layer.offset, layer.end, layer.stop, layer.quoted,
            layer.nested, layer.listed, layer.source, layer.header)  # fmt: skip


def test_of_quoted_packets_only_structure_is_judged_and_as_a_note():
    found = lint(LAB / "extension_headers.pcapng", select=["RTH-001"]).findings
    assert {(one.level, one.first) for one in found} == {(Level.ERROR, 236), (Level.NOTE, 237)}


def test_what_is_wrong_with_a_datagram_in_another_one_is_its_own_alone():
    damaged = bytearray(udp(b"sixscope", 40000, 9))
    damaged[6] ^= 0xFF
    inside = vxlan() + ethernet(ipv6(bytes(damaged), UDP_PROTO))
    packet = dissect(ipv6(udp(inside, 49152, 4789), UDP_PROTO), 229)
    (found,) = lint_packet(packet, select=["L4-002"])
    assert (found.count, found.spot.offset) == (1, 40 + 8 + 8 + 14 + 40 + 6)


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


def test_so_are_those_of_udp_in_columns_and_in_trees(tmp_path):
    begun = bytearray(udp(b"sixscope", 40000, 9))
    begun[6:8] = pseudo_sum(HOST, OTHER, UDP_PROTO, len(begun)).to_bytes(2, "big")
    packet = ipv6(bytes(begun), UDP_PROTO)
    (found,) = lint_packet(dissect(packet, 229), select=["L4-002"])
    assert found.level is Level.NOTE
    path = tmp_path / "begun.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream)
        for number in range(3):
            writer.packet(ethernet(packet), number)
    found = {one.rule.id: (one.level, one.count) for one in lint(path).findings}
    assert found["L4-002"] == found["CAP-002"] == (Level.NOTE, 3)


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
