"""Candidate Access Router Discovery, laid out by hand from RFC 4066, section 5.1."""

from __future__ import annotations

import pytest

from tests.protocols.icmpv6.message import address, notes, read, same_without_tree, shows

OWN = "sixscope.icmpv6.opt.card."
SHORT = "sixscope.icmpv6.option_short"


def card(kind: int, text: str, flags: str = "2000"):
    """A router solicitation with a CARD option: its flags, number 7, and what is behind them."""
    value = bytes.fromhex(f"{flags} 00000007 {text}")
    assert len(value) % 8 == 6
    return read(133, 0, bytes(4) + bytes((kind, len(value) // 8 + 1)) + value)


@pytest.mark.parametrize(
    ("kind", "flags", "letters"),
    [(138, "3000", "p"), (138, "2800", "c"), (138, "2400", "a"), (138, "2200", "t"),
     (139, "3000", "p"), (139, "2800", "u"), (139, "2400", "l")],
)  # fmt: skip
def test_head(kind, flags, letters):
    packet = card(kind, "", flags)
    told = "".join(f for f in "pcatul" if any(n.value for n in packet.fields(OWN + f)))
    assert (told, packet[OWN + "version"], packet[OWN + "sequence"]) == (letters, 1, 7)
    assert notes(packet) == []


def test_request_for_an_access_point():
    packet = card(138, "01 02 05 02 0001 020000000001 00000000")
    assert [packet[OWN + n] for n in ("context", "l2.type")] == [5, 1]
    assert packet.fields(OWN + "l2.status")[0].line == "Status: Match (2)"
    assert packet[OWN + "l2.id"] == bytes.fromhex("02000000000100000000")
    assert packet.fields(OWN + "sub")[0].line == "Sub-option: L2 ID"


def test_addresses_of_routers():
    there = address("2001:db8::1")
    packet = card(139, f"02 01 01 01 c0000201 02 03 02 02 {there.hex()} 00000000")
    assert packet[OWN + "address.ipv4"] == bytes((192, 0, 2, 1))
    assert packet[OWN + "address.ipv6"] == there
    assert shows(packet, OWN + "context") == ["1", "2"]
    assert notes(packet) == []


def test_capabilities_end_at_code_0():
    packet = card(139, "03 03 01 80" + "0006 08 00 ffff aabb" + "0007 06 00 003c" + "000000000000")
    assert packet[OWN + "capability.p"] == 1
    assert shows(packet, OWN + "attribute.code") == ["6", "7"]
    assert shows(packet, OWN + "attribute.lifetime") == ["65535", "60"]
    assert [n.value for n in packet.fields(OWN + "attribute.data")] == [b"\xaa\xbb"]
    assert len(packet.fields(OWN + "padding")) == 1
    assert notes(packet) == []


def test_preferences_and_requirements():
    packet = card(138, "04 01 0006 0007 0000" + "05 01 0008 06 00 003c")
    assert shows(packet, OWN + "attribute.code") == ["6", "7", "8"]
    assert notes(packet) == []


def test_anchor_and_certificate():
    packet = card(139, "06 02 ffff" + 12 * "11" + "07 02 01 00 0002 0001 3004 02020101 0000")
    assert shows(packet, OWN + "component") == ["65535", "1"]
    assert packet[OWN + "components"] == 2
    assert packet[OWN + "certificate"] == bytes.fromhex("300402020101")
    assert notes(packet) == []


def test_unknown_sub_option_is_kept():
    packet = card(138, "63 01 010203040506")
    assert packet.fields(OWN + "sub")[0].line == "Sub-option: Unknown 99"
    assert packet[OWN + "unknown"] == bytes(range(1, 7))


@pytest.mark.parametrize(
    "text",
    [
        "01 02 000000000000",  # passes the option
        "02 02 01 02 000000000000000000000000",  # no room for an address of IPv6
        "03 01 01 00 0006 0000",  # an attribute of no length
        "03 01 01 00 0006 ff00",  # … that passes the sub-option
        "07 01 01 00 0002 0001",  # no certificate
    ],
)
def test_what_is_too_short_is_noted(text):
    packet = card(139, text)
    assert SHORT in notes(packet)
    assert same_without_tree(packet)


def test_sub_option_of_no_length_ends_them():
    packet = card(138, "01 00 000000000000")
    assert notes(packet) == ["icmpv6.invalid_option_length"]
    assert not packet.fields(OWN + "sub")
