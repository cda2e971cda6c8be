from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dissect.engine.packet import dissect
from dissect.engine.tables import FALLBACKS, TABLES, lookup
from dissect.protocols.generic import GENERIC, fields_of

RAW = 101


def ipv6(proto: int, payload: bytes) -> bytes:
    return (
        struct.pack(">IHBB", 6 << 28, len(payload), proto, 64)
        + bytes(15)
        + b"\1"
        + bytes(15)
        + b"\2"
        + payload
    )


def udp(port: int, payload: bytes) -> bytes:
    return ipv6(17, struct.pack(">HHHH", 40000, port, 8 + len(payload), 0) + payload)


def test_fields_have_dpkts_names_their_offsets_and_values():
    packet = dissect(udp(520, b"\2\1\0\5rest"), RAW, strict=True)
    layer = packet.layer("rip")
    assert layer.generic
    found = [(n.name, n.offset, n.length, n.value) for n in layer.node.children]
    assert found == [
        ("dpkt.rip.cmd", 48, 1, 2),
        ("dpkt.rip.v", 49, 1, 1),
        ("dpkt.rip.rsvd", 50, 2, 5),
        ("dpkt.rip.data", 52, 4, b"rest"),
    ]
    assert packet.protocol == "RIP"
    assert "(generic)" in layer.node.line


@pytest.mark.parametrize("entry", GENERIC, ids=lambda entry: entry.name)
def test_offsets_are_those_of_dpkts_own_layout(entry):
    sizes = sum(size for _, size in fields_of(entry))
    assert sizes == entry.header.__hdr_len__


def test_bit_fields_stand_inside_their_octets():
    entry = next(e for e in GENERIC if e.name == "aoe")
    first = fields_of(entry)[0][0]
    assert [(bit.name, bit.mask) for bit in first.bits] == [
        ("dpkt.aoe.ver", 0xF0),
        ("dpkt.aoe.fl", 0x0F),
    ]


def test_payload_too_short_for_the_header_is_data():
    packet = dissect(udp(123, b"short"), RAW, strict=True)
    assert packet.chain.endswith("udp:data")
    assert not any(finding.note.name.startswith("_ws.") for finding in packet.findings)


def test_payload_that_fails_the_check_is_data():
    no_stun = udp(3478, b"\x80" + bytes(40))
    assert dissect(no_stun, RAW, strict=True).layer("stun") is None


def test_own_dissector_wins(monkeypatch):
    generic = lookup("udp_port", 3478)
    own = replace(generic, name="own", generic=False)
    monkeypatch.setitem(TABLES["udp_port"], 3478, own)
    assert lookup("udp_port", 3478) is own


def test_generic_is_asked_where_nobody_else_has_the_key():
    for table, entries in FALLBACKS.items():
        for key, entry in entries.items():
            if key not in TABLES.get(table, {}):
                assert lookup(table, key) is entry


def test_names_never_pretend_to_be_wiresharks():
    for entry in GENERIC:
        for field, _ in fields_of(entry):
            assert field.name.startswith(f"dpkt.{entry.name}.")


@given(st.sampled_from(GENERIC), st.binary(max_size=300))
def test_no_octets_raise(entry, octets):
    for table, keys in entry.keys.items():
        key = (keys if isinstance(keys, (tuple, list)) else (keys,))[0]
        if table == "udp_port":
            frame, link = udp(key, octets), RAW
        elif table == "ip_proto":
            frame, link = ipv6(key, octets), RAW
        elif table == "ethertype":
            frame, link = bytes(12) + struct.pack(">H", key) + octets, 1
        elif table == "link_type":
            frame, link = octets, key
        else:
            continue
        packet = dissect(frame, link, strict=True)
        for node in packet.tree.walk():
            assert isinstance(node.show, str)
