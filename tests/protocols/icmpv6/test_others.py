"""The less common messages."""

from __future__ import annotations

import struct

import pytest

from dissect.protocols.icmpv6.messages import MESSAGES
from dissect.protocols.icmpv6.node_information import NodeInformation
from dissect.protocols.icmpv6.router_renumbering import MatchPrefix, Renumbering, UsePrefix
from tests.protocols.icmpv6.message import address, notes, read, same_without_tree, shows

ADDRESS = address("2001:db8::1")


def test_node_name_of_one_label_has_two_empty_labels():
    body = bytes(NodeInformation(qtype=2)) + struct.pack(">I", 60) + b"\x04host\0\0"
    packet = read(140, 0, body)
    assert shows(packet, "icmpv6.ni.reply.node_name") == ["host"]
    assert packet.info == "Node Information Reply (Successful)"


def test_node_addresses_each_with_its_ttl():
    answer = struct.pack(">I", 60) + ADDRESS
    packet = read(140, 0, bytes(NodeInformation(qtype=3)) + 2 * answer)
    assert shows(packet, "icmpv6.ni.reply.node_ttl") == ["60", "60"]
    assert len(packet.fields("icmpv6.ni.reply.node_address")) == 2


@pytest.mark.parametrize(
    ("code", "subject", "name"),
    [(0, ADDRESS, "subject_ipv6"), (1, b"\1a\1b\0", "subject_fqdn"), (2, bytes(4), "subject_ipv4")],
)
def test_code_says_what_kind_of_subject_is_asked_about(code, subject, name):
    packet = read(139, code, bytes(NodeInformation(qtype=2)) + subject)
    assert len(packet.fields(f"icmpv6.ni.query.{name}")) == 1


def test_renumbering_command():
    parts = bytes(MatchPrefix(operation=2, match=129, prefix=ADDRESS))
    parts += bytes(UsePrefix(use=64, keep=16, prefix=ADDRESS))
    packet = read(138, 0, bytes(Renumbering(sequence=7)) + parts)
    [match] = packet.fields("icmpv6.rr.pco.mp")
    assert match.line == "Match-Prefix Part: Change 2001:db8::1/129 (0-128)"
    assert notes(packet) == ["icmpv6.rr.pco.mp.matchlen.gt128"]
    assert same_without_tree(packet)


def test_buffered_messages_are_counted_from_the_least():
    packet = read(159, 0, bytes([250, 1 << 2]) + b"\xaa" + bytes([9, 1 << 2 | 1]) + b"\x12\x34\x80")
    assert shows(packet, "icmpv6.mpl.seed_info.sequence") == ["250", "252", "254", "0", "9"]
    assert shows(packet, "icmpv6.mpl.seed_info.seed_id") == ["fe80::1", "1234"]


def test_handover_code_belongs_to_the_subtype():
    packet = read(154, 128, bytes([5, 0, 0x12, 0x34]))
    assert packet.info == "FMIPv6 (Handover Acknowledge)"
    [code] = packet.fields("icmpv6.code")
    assert code.line == "Code: 128 (Handover Not Accepted, reason unspecified)"


def test_locators():
    body = bytes([2, 0, 0, 0]) + 2 * struct.pack(">QHH", 0x20010DB800000001, 10, 60)
    packet = read(156, 0, body)
    assert shows(packet, "icmpv6.ilnp.nb_lifetime") == ["60", "60"]


def test_extended_echo_asks_for_an_interface_by_name():
    named = struct.pack(">HHHBB", 0x2000, 0, 12, 3, 1) + b"eth0\0\0\0\0"
    packet = read(160, 0, bytes([0x12, 0x34, 7, 1]) + named)
    assert shows(packet, "icmp.int_ident.name") == ["eth0"]
    assert shows(packet, "icmp.ext.checksum.status") == ["3"]
    assert packet.info == "Extended Echo request (No error)"


@pytest.mark.parametrize("kind", sorted(MESSAGES))
def test_every_message_cut_anywhere_keeps_its_head(kind):
    body = bytes(range(96))
    for code in (0, 1, 0x81):
        for size in range(97):
            packet = read(kind, code, body[:size])
            assert shows(packet, "icmpv6.type")[0] == str(kind)
            assert same_without_tree(packet)
