"""Generic UDP Encapsulation (draft-ietf-intarea-gue)."""

from __future__ import annotations

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp

INNER = ipv4(17, udp(b"abcd"))
INNER6 = bytes.fromhex("6000000000003b40") + bytes(32)


def gue(payload):
    return ipv4(17, udp(payload, 40000, 6080))


def test_protocol_leads_on():
    packet = decoded(gue(b"\0\4\0\0" + INNER))
    assert packet.chain.endswith("udp:gue:ip:udp:data")
    assert shows(packet, "sixscope.gue.proto") == ["4"]


def test_extension_fields_are_counted_in_words():
    packet = decoded(gue(b"\2\4\x20\0" + bytes(8) + INNER))
    assert shows(packet, "sixscope.gue.extensions") == ["00:00:00:00:00:00:00:00"]
    assert packet.layer("ip", 2).offset == 28 + 12


@pytest.mark.parametrize(("inner", "layer"), [(INNER, "ip"), (INNER6, "ipv6")])
def test_variant_1_has_no_header(inner, layer):
    assert decoded(gue(inner)).chain.split("udp:", 1)[1].startswith(f"gue:{layer}")


def test_control_message_is_not_taken_for_a_protocol():
    packet = decoded(gue(b"\x20\4\0\0" + INNER))
    assert packet.chain.endswith("udp:gue:data")


def test_unknown_variant():
    assert notes(decoded(gue(b"\x80\4\0\0abcd"))) == ["sixscope.gue.variant_unknown"]


@pytest.mark.parametrize("size", range(28, 60, 2))
def test_cut_anywhere(size):
    assert same_without_tree(gue(b"\2\4\x20\0" + bytes(8) + INNER)[:size])
