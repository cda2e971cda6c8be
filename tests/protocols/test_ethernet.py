"""Ethernet II, IEEE 802.3, and what follows their payload."""

from __future__ import annotations

import pytest

import dissect.protocols
from dissect.capture.record import Interface
from dissect.engine.packet import Packet, dissect
from dissect.engine.tables import TABLES
from dissect.protocols.ethernet import EthernetII

DST, SRC = bytes.fromhex("020000000001"), bytes.fromhex("00005e000053")
UNKNOWN = 0x88B5


def frame(kind: int, payload: bytes, source: bytes = SRC) -> bytes:
    return bytes(EthernetII(dst=DST, src=source, type=kind)) + payload


def ipv4(payload: int = 0) -> bytes:
    """A header of 20 octets and a payload, of a protocol for experiments."""
    head = bytes.fromhex("4500") + (20 + payload).to_bytes(2, "big")
    return head + bytes.fromhex("0001000040fd00000a0000010a000002") + b"a" * payload


def decoded(data: bytes, **options: object) -> Packet:
    return dissect(data, strict=True, **options)


def spans(packet: Packet, *names: str) -> list[tuple[str, int, int]]:
    return [
        (node.name, node.offset, node.length) for node in packet.tree.walk() if node.name in names
    ]


TRAILER_FIELDS = ("eth.padding", "eth.trailer", "eth.fcs", "vlan.trailer")


def test_header_is_read_and_built_alike() -> None:
    header = EthernetII(frame(UNKNOWN, b""))
    assert bytes(header) == frame(UNKNOWN, b"")
    packet = decoded(frame(UNKNOWN, b"abc"))
    assert packet["eth.dst"] == DST
    assert packet["eth.src"] == SRC
    assert packet.fields("eth.type")[0].show == "0x88b5"


def test_address_has_its_bits_and_vendor_under_both_names() -> None:
    packet = decoded(frame(UNKNOWN, b"abc"))
    dst, src = packet.fields("eth.dst")[0], packet.fields("eth.src")[0]
    assert [n.name for n in dst.children or ()] == [
        "eth.dst_resolved", "eth.dst.oui", "eth.addr", "eth.addr_resolved", "eth.addr.oui",
        "eth.dst.lg", "eth.lg", "eth.dst.ig", "eth.ig",
    ]  # fmt: skip
    assert [n.show for n in packet.fields("eth.lg")] == ["1", "0"]
    names = {n.name: n.show for n in src.children or ()}
    assert names["eth.src.oui"] == str(0x00005E)
    assert names["eth.src.oui_resolved"] == "ICANN, IANA Department"


def test_shared_address_nodes_take_no_notes_of_other_packets() -> None:
    group = bytes.fromhex("030000000001")
    first, second = (decoded(frame(UNKNOWN, b"abc", group)) for _ in range(2))
    for packet in (first, second):
        assert len(packet.fields("eth.src_not_group")) == 1


def test_unknown_ethertype_is_in_the_columns() -> None:
    packet = decoded(frame(UNKNOWN, b"abc"))
    assert (packet.source, packet.destination) == ("00:00:5e:00:00:53", "02:00:00:00:00:01")
    assert packet.protocol == "0x88b5"
    assert packet.info == "Local Experimental Ethertype 1"
    assert packet["data.data"] == b"abc"
    assert decoded(frame(0, b"abc")).info == "Ethernet II"


def test_group_source_is_noted() -> None:
    packet = decoded(frame(UNKNOWN, b"abc", b"\x03\0\0\0\0\1"))
    assert [f.note.name for f in packet.findings if f.layer == "eth"] == ["eth.src_not_group"]


def test_cut_header_is_short_not_malformed() -> None:
    packet = decoded(frame(UNKNOWN, b"")[:13], original=60)
    assert [f.note.name for f in packet.findings] == ["_ws.short"]
    assert [f.note.name for f in decoded(frame(UNKNOWN, b"")[:13]).findings] == ["_ws.malformed"]


# 0x600 is the first EtherType, 1500 the last length; in between is neither
@pytest.mark.parametrize(
    ("kind", "field"),
    [(1500, "eth.len"), (1501, "eth.invalid_lentype"), (1535, "eth.invalid_lentype"),
     (1536, "eth.type"), (1, "eth.len"), (0, "eth.type")],
)  # fmt: skip
def test_limits_of_length_and_type(kind: int, field: str) -> None:
    packet = decoded(frame(kind, bytes(46)))
    assert spans(packet, "eth.len", "eth.type", "eth.invalid_lentype") == [(field, 12, 2)]


def test_neither_length_nor_type_is_noted_with_its_number() -> None:
    packet = decoded(frame(1501, bytes(46)))
    assert packet.info == "Ethernet Unknown: Invalid length/type: 0x05dd (1501)"
    assert [f.text for f in packet.findings] == ["Invalid length/type: 0x05dd (1501)"]


# --- 802.3 -------------------------------------------------------------------------------------


def test_length_bounds_the_payload() -> None:
    packet = decoded(frame(7, b"\x22\x22\x03data" + bytes(39)))
    assert packet["data.data"] == b"data"
    assert spans(packet, *TRAILER_FIELDS) == [("eth.padding", 21, 39)]


def test_length_past_the_end_is_clipped_and_noted() -> None:
    packet = decoded(frame(100, b"\x22\x22\x03data"))
    assert packet["data.data"] == b"data"
    assert [f.note.name for f in packet.findings] == ["eth.len.past_end"]


def test_ipx_without_llc_is_not_taken_for_llc() -> None:
    packet = decoded(frame(40, b"\xff\xff" + bytes(44)))
    assert packet.layer("llc") is None
    assert len(packet["data.data"]) == 40


# --- padding, trailer, check sequence; expectations from tshark 4.0 -----------------------------


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (ipv4() + bytes(26), [("eth.padding", 34, 26)]),
        (ipv4() + bytes(26) + b"\1\2\3\4", [("eth.padding", 34, 26), ("eth.fcs", 60, 4)]),
        (ipv4() + bytes(25) + b"\1", [("eth.trailer", 34, 26)]),
        (ipv4() + b"\1" * 30, [("eth.trailer", 34, 26), ("eth.fcs", 60, 4)]),
        (ipv4() + bytes(16), [("eth.trailer", 34, 16)]),  # too short a frame to be padded
        (ipv4(80) + b"\1" * 3, [("eth.trailer", 114, 3)]),
        (ipv4(80) + b"\1" * 4, [("eth.fcs", 114, 4)]),
        (ipv4(80) + b"\1" * 6, [("eth.trailer", 114, 2), ("eth.fcs", 116, 4)]),
        (ipv4(24) + bytes(4), [("eth.padding", 58, 2), ("eth.trailer", 60, 2)]),
        (ipv4(24) + bytes(6), [("eth.padding", 58, 2), ("eth.fcs", 60, 4)]),
        (ipv4(), []),
    ],
)
def test_what_follows_the_payload(payload: bytes, expected: list[tuple[str, int, int]]) -> None:
    packet = decoded(frame(0x0800, payload))
    assert spans(packet, *TRAILER_FIELDS) == expected
    assert packet.layer("eth").end == 14  # the layer itself is its header


def test_padding_of_other_than_zeros_is_noted() -> None:
    packet = decoded(frame(0x0800, ipv4() + bytes(25) + b"\1"))
    assert [f.note.name for f in packet.findings if f.layer == "eth"] == ["eth.padding_bad"]
    short = decoded(frame(0x0800, ipv4() + b"\1" * 10))
    assert not [f for f in short.findings if f.layer == "eth"]


@pytest.mark.parametrize(
    ("captured", "original", "expected"),
    [
        (28, 66, [("eth.padding", 34, 26), ("eth.trailer", 60, 2)]),
        (16, 66, []),  # zeros, but not all of the padding was captured
    ],
)
def test_trailer_cut_by_the_capture(
    captured: int, original: int, expected: list[tuple[str, int, int]]
) -> None:
    packet = decoded(frame(0x0800, ipv4() + bytes(captured)), original=original)
    assert spans(packet, *TRAILER_FIELDS) == expected
    assert "_ws.short" in [f.note.name for f in packet.findings]


def test_fcs_status_says_that_nobody_verified_it() -> None:
    packet = decoded(frame(0x0800, ipv4(80) + b"\1\2\3\4"))
    assert packet.fields("eth.fcs")[0].show == "0x01020304"
    status = packet.fields("eth.fcs.status")[0]
    assert (status.show, status.offset, status.length) == ("2", 114, 0)


@pytest.mark.parametrize("known", [32, 4])
def test_known_fcs_is_not_part_of_the_payload(known: int) -> None:
    interface = Interface(0, 1, 0, fcs_length=known)
    packet = decoded(frame(UNKNOWN, b"abcdefghijkl"), interface=interface)
    assert packet["data.data"] == b"abcdefgh"
    assert spans(packet, *TRAILER_FIELDS) == [("eth.fcs", 22, 4)]


def test_known_absence_of_fcs_makes_it_a_trailer() -> None:
    packet = decoded(
        frame(0x0800, ipv4(80) + b"\1" * 6), interface=Interface(0, 1, 0, fcs_length=0)
    )
    assert spans(packet, *TRAILER_FIELDS) == [("eth.trailer", 114, 6)]


def test_frame_in_a_tunnel_has_no_fcs() -> None:
    inner = frame(0x0800, ipv4() + bytes(30))
    packet = decoded(frame(0x6558, inner))
    assert spans(packet, "eth.trailer", "eth.fcs", "eth.padding") == [
        ("eth.padding", 48, 12), ("eth.trailer", 60, 18),
    ]  # fmt: skip


def test_structure_alone_gives_the_same_notes() -> None:
    for payload in (ipv4() + b"\1" * 30, ipv4(80) + b"\1" * 6, ipv4()):
        data = frame(0x0800, payload)
        plain = Packet(data, strict=True).decode()
        full = Packet(data, strict=True).decode(detail=True)
        assert [f.note for f in plain.findings] == [f.note for f in full.findings]
        assert plain.chain == full.chain
        assert plain.info == full.info


def test_link_type_leads_here() -> None:
    assert TABLES["link_type"][1].name == "eth"
