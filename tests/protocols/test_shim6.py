"""Shim6: payload and control messages, options.

tshark 4.0 leaves out the octet behind the type (RFC 5533, section 5.3), so that it reads every
later field of a control message at a wrong place; it can be asked about what stands before only.
"""

import struct

import pytest

from dissect.protocols.shim6 import Probe, ProbeCounts
from tests.protocols.beside_tshark import columns, differences, names_of, needs_tshark, summed
from tests.protocols.ipv6_packets import decoded, ipv6, notes, same_without_tree, shows

A = bytes.fromhex("20010db8000000000000000000000007")
B = bytes.fromhex("20010db8000000000000000000000008")
TAG = bytes.fromhex("123456789abc")
UDP = bytes.fromhex("03e80009000c0000") + b"data"
NONCES = struct.pack(">II", 7, 8)


def control(kind, body, *, units=None, nxt=59, good=True, specific=0, behind=b""):
    octets = bytes([nxt, 0, kind, specific, 0, 0]) + body
    octets += bytes(-len(octets) % 8)
    units = len(octets) // 8 - 1 if units is None else units
    octets = octets[:1] + bytes([units]) + octets[2:]
    return ipv6(140, (summed(octets, 4) if good else octets) + behind)


def option(kind, content, critical=0):
    octets = struct.pack(">HH", kind << 1 | critical, len(content)) + content
    return octets + bytes(-len(octets) % 8)


def second_initiator(*options):
    """An I2 message with options."""
    return control(3, TAG + NONCES + bytes(4) + b"".join(options))


PAYLOADS = [
    ipv6(140, bytes.fromhex("11008123456789ab") + UDP),
    ipv6(140, bytes.fromhex("3b0080000000000f")),
]
MESSAGES = {
    1: TAG + NONCES[:4],
    2: b"\0\0" + NONCES,
    3: TAG + NONCES + bytes(4),
    4: TAG + NONCES[:4],
    5: TAG + NONCES[:4],
    6: TAG + NONCES + bytes(6) + TAG,
    64: TAG + NONCES[:4],
    65: TAG + NONCES[:4],
    66: TAG + bytes(4),
    67: TAG + bytes([0x00, 0x40, 0, 0]),
}
BEFORE_THE_GAP = {"shim6.nxt", "shim6.len", "shim6.len_oct", "shim6.p", "shim6.type"}


@pytest.mark.tshark
@needs_tshark
def test_payload_agrees_with_tshark(tmp_path):
    found = differences(tmp_path / "p.pcap", PAYLOADS, "shim6.")
    assert [names_of(d) for d in found] == [set(), set()]
    assert {row.name for d in found for row in d.agreed} == {
        "shim6.nxt", "shim6.len", "shim6.len_oct", "shim6.p", "shim6.ct",
    }  # fmt: skip
    ours, theirs = columns(tmp_path / "p.pcap", PAYLOADS)
    assert ours == theirs


@pytest.mark.tshark
@needs_tshark
def test_head_of_control_messages_agrees_with_tshark(tmp_path):
    packets = [control(kind, body) for kind, body in MESSAGES.items()]
    for found in differences(tmp_path / "c.pcap", packets, "shim6."):
        assert {row.name for row in found.agreed} >= BEFORE_THE_GAP
        assert "shim6.checksum" in names_of(found)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (1, {"shim6.ct": 46, "shim6.inonce": 52}),
        (2, {"shim6.reserved2": 46, "shim6.inonce": 48, "shim6.rnonce": 52}),
        (3, {"shim6.ct": 46, "shim6.inonce": 52, "shim6.rnonce": 56, "shim6.reserved2": 60}),
        (4, {"shim6.ct": 46, "shim6.inonce": 52}),
        (5, {"shim6.ct": 46, "shim6.rnonce": 52}),
        (6, {"shim6.ct": 66, "shim6.inonce": 52, "shim6.rnonce": 56, "shim6.reserved2": 60}),
        (64, {"shim6.ct": 46, "shim6.rnonce": 52}),
        (65, {"shim6.ct": 46, "shim6.rnonce": 52}),
        (66, {"shim6.ct": 46, "shim6.reserved2": 52}),
        (67, {"shim6.ct": 46, "shim6.psent": 52, "shim6.reap": 53, "shim6.reserved2": 53}),
    ],
)
def test_fields_of_messages_stand_where_the_rfc_puts_them(kind, fields):
    octets = control(kind, MESSAGES[kind] + option(7, b"\0\0\0\5"))
    packet = same_without_tree(octets)
    assert {name: packet.fields(name)[-1].offset for name in fields} == fields
    assert shows(packet, "shim6.checksum.status") == ["1"]
    assert packet.fields("shim6.checksum")[0].offset == 44
    assert packet["shim6.opt.fii"] == 5


def test_context_tag_has_47_bits():
    packet = decoded(PAYLOADS[0])
    assert packet.fields("shim6.ct")[0].line == "Receiver Context Tag: 0123456789ab"
    assert packet.chain == "ipv6:shim6:udp:data"


def test_probes_sent_and_received():
    counts = bytes(ProbeCounts(sent=1, received=2, state=2))
    probes = [bytes(Probe(source=A, destination=B, nonce=n, content=n)) for n in (1, 2, 3)]
    packet = decoded(control(67, TAG + counts + b"".join(probes)))
    assert (packet["shim6.psent"], packet["shim6.precvd"], packet["shim6.reap"]) == (1, 2, 2)
    assert [n.value for n in packet.fields("shim6.pnonce")] == [1, 2, 3]
    assert [n.offset for n in packet.fields("shim6.psrc")] == [56, 96, 136]
    labels = [n.line for n in packet.layer("shim6").node.children if not n.field.name]
    assert labels == ["Probes Sent", "Probes Received"]


def test_more_probes_than_there_are_octets():
    counts = bytes(ProbeCounts(sent=3))
    packet = decoded(control(67, TAG + counts + bytes(Probe(source=A))))
    assert len(packet.fields("shim6.psrc")) == 1
    assert "_ws.malformed" in notes(packet)


def test_locator_list_is_padded_before_its_locators():
    methods = struct.pack(">IB", 9, 2) + b"\1\2"
    packet = decoded(second_initiator(option(2, methods + bytes(5) + A + B)))
    assert [n.value for n in packet.fields("shim6.opt.verif_method")] == [1, 2]
    assert [(n.offset, n.show) for n in packet.fields("shim6.locator")] == [
        (80, "2001:db8::7"), (96, "2001:db8::8"),
    ]  # fmt: skip
    assert [n.length for n in packet.fields("shim6.padding")] == [5]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_locator_preferences(size):
    elements = bytes(range(1, 1 + 2 * size))
    packet = decoded(second_initiator(option(3, struct.pack(">IB", 9, size) + elements)))
    for index, name in enumerate(("shim6.loc.flags", "shim6.loc.prio", "shim6.loc.weight")):
        want = [elements[index], elements[size + index]] if index < size else []
        assert [n.value for n in packet.fields(name)] == want


@pytest.mark.parametrize("size", [0, 4])
def test_locator_preferences_of_invalid_size(size):
    packet = same_without_tree(second_initiator(option(3, struct.pack(">IB", 9, size) + bytes(4))))
    assert notes(packet) == ["shim6.opt.elemlen.invalid"]


def test_other_options():
    packet = decoded(
        second_initiator(
            option(1, b"validator", critical=1), option(4, b"parameters"), option(5, b"sign"),
            option(6, bytes(4) + A + B), option(99, b"unknown"),
        )
    )  # fmt: skip
    assert packet["shim6.validator"] == b"validator"
    assert packet["shim6.cga_parameter_data_structure"] == b"parameters"
    assert packet["shim6.cga_signature"] == b"sign"
    assert (shows(packet, "shim6.sulid"), shows(packet, "shim6.rulid")) == (
        ["2001:db8::7"], ["2001:db8::8"],
    )  # fmt: skip
    assert [n.value for n in packet.fields("shim6.opt.type")] == [1, 4, 5, 6, 99]
    assert [n.value for n in packet.fields("shim6.opt.critical")] == [1, 0, 0, 0, 0]
    assert [n.value for n in packet.fields("shim6.opt.total_len")] == [16, 16, 8, 40, 16]


def test_option_past_the_header():
    packet = same_without_tree(second_initiator(struct.pack(">HH", 2, 60) + b"abcd"))
    assert packet["shim6.opt.len"] == 60
    assert "_ws.malformed" in notes(packet)


def test_bad_checksum():
    packet = decoded(control(1, MESSAGES[1], good=False))
    assert notes(packet) == ["shim6.checksum_bad.expert"]


def test_header_length_past_the_packet():
    packet = decoded(control(1, MESSAGES[1], units=9, good=False))
    assert packet["shim6.inonce"] == 7
    assert "_ws.malformed" in notes(packet)


def test_what_follows_a_control_message():
    packet = decoded(control(1, MESSAGES[1], nxt=17, behind=UDP))
    assert packet.chain == "ipv6:shim6:udp:data"


def test_hip_by_its_last_bit():
    assert decoded(control(1, MESSAGES[1], specific=1))["shim6.proto"] == 1


def test_error_points_into_a_packet():
    packet = same_without_tree(control(68, b"\0\x28" + A, specific=2))
    assert packet["sixscope.shim6.error"] == 1
    assert packet["sixscope.shim6.pointer"] == 40
    assert packet["sixscope.shim6.packet"][:16] == A
    assert "_ws.malformed" not in notes(packet)


def test_unknown_message_keeps_its_octets():
    assert decoded(control(99, b"abcdefghij"))["sixscope.shim6.data"] == b"abcdefghij"
