"""Signed solicitations: the address is made of the key that signs."""

import hashlib
import socket
from ipaddress import IPv6Address, IPv6Network

from tests.lab.conftest import shown


def signed(recording):
    found = list(recording.having("icmpv6.opt.cga", icmpv6__type="135"))
    assert len(found) == recording.truth["packets"]
    return found


def test_the_source_is_of_the_prefix_that_the_parameters_name(recording):
    for packet in signed(recording):
        assert IPv6Address(packet["ipv6.src"]) in IPv6Network(recording.truth["prefix"])
        prefix = bytes.fromhex(shown(packet, "icmpv6.opt.cga.subnet_prefix")[0].replace(":", ""))
        assert prefix == packet["ipv6.src"][:8]


def test_the_interface_identifier_is_the_hash_of_the_parameters(recording):
    # RFC 3972, section 5: the leftmost 64 bits of SHA-1, but for u, g and the three bits of Sec
    mask = 0x1CFFFFFFFFFFFFFF
    for packet in signed(recording):
        begin = packet.fields("icmpv6.opt.cga.modifier")[0].offset
        last = packet.fields("icmpv6.opt.cga.subject_public_key_info")[0]
        parameters = packet.data[begin : last.offset + last.length]
        digest = hashlib.sha1(parameters).digest()[:8]
        identifier = packet["ipv6.src"][8:]
        assert int.from_bytes(digest, "big") & mask == int.from_bytes(identifier, "big") & mask


def test_signature_timestamp_and_nonce_are_there(recording):
    for packet in signed(recording):
        for field in ("icmpv6.opt.rsa.key_hash", "icmpv6.opt.timestamp", "icmpv6.opt.nonce"):
            assert len(packet.fields(field)) == 1
        assert shown(packet, "icmpv6.nd.ns.target_address") == [recording.truth["victim"]]
        assert socket.inet_ntop(socket.AF_INET6, packet["ipv6.dst"])
