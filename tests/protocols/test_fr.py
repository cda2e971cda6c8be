"""Frame Relay: addresses of two to four octets, RFC 2427 and Cisco encapsulation."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet, dissect

FRAME_RELAY = 107
IP = bytes.fromhex("4500001400010000403b66ac0a0000010a000002")
IPV6 = bytes.fromhex("6000000000003b40") + bytes(32)
ADDRESS = "1841"  # DLCI 100


def read(octets: str, payload: bytes = IP) -> Packet:
    return dissect(bytes.fromhex(octets) + payload, FRAME_RELAY, strict=True)


@pytest.mark.parametrize(
    ("address", "dlci"),
    [
        ("1841", 0x06 << 4 | 0x4),
        ("80ea9d", 33703),  # as tshark has it for a three-octet address
        ("b0003a01", 5769024),  # and for one of four octets
        ("800000ff", 65536),  # with DL-CORE control instead of the lowest bits
    ],
)
def test_address_octets_make_the_dlci(address: str, dlci: int) -> None:
    packet = read(address + "0800")
    assert packet["fr.dlci"] == dlci
    assert packet.fields("fr.dlci")[0].length == len(address) // 2
    assert packet.chain == "fr:ip"


def test_extra_address_octets_are_noted() -> None:
    packet = read("80000000ff" + "0800")
    assert [finding.note.name for finding in packet.findings] == ["fr.bogus_address"]
    assert packet["fr.dlci"] == 65536


def test_address_that_never_ends_is_malformed() -> None:
    packet = dissect(bytes(40), FRAME_RELAY, strict=True)
    assert "_ws.malformed" in [finding.note.name for finding in packet.findings]


@pytest.mark.parametrize(
    ("octets", "payload", "chain"),
    [
        ("03cc", IP, "fr:ip"),
        ("0300cc", IP, "fr:ip"),  # a padding octet
        ("038e", IPV6, "fr:ipv6"),
        ("0300800000000800", IP, "fr:ip"),  # SNAP
        ("0300800080c20007" + "020000000001020000000002" + "0800", IP, "fr:eth:ethertype:ip"),
        ("0381", IP, "fr:data"),
        ("86dd", IPV6, "fr:ipv6"),  # Cisco
        ("1234", IP, "fr:data"),
    ],
)
def test_encapsulations(octets: str, payload: bytes, chain: str) -> None:
    assert read(ADDRESS + octets, payload).chain == chain
