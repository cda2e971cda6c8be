"""What carries a packet, and whether its ends fit (the cases of captures/transition_tunnels)."""

from __future__ import annotations

from functools import lru_cache

import pytest

from dissect import open_capture
from dissect.engine.packet import Packet
from tests.captures_list import ROOT

CAPTURES = ROOT / "captures"


@lru_cache
def cases(name: str, *preferences: tuple[str, str]) -> dict[str, Packet]:
    """A capture's packets by their comments."""
    with open_capture(CAPTURES / name, strict=True, preferences=dict(preferences)) as capture:
        return {packet.comments[0]: packet.decode(detail=True) for packet in capture}


def tunnels(packet: Packet) -> list[str]:
    return [node.show for node in packet.fields("sixscope.tunnel")]


def remarks(packet: Packet) -> list[str]:
    return [f.note.name for f in packet.findings if f.note.name.startswith("sixscope.t")]


@pytest.mark.parametrize(
    ("case", "kinds", "notes"),
    [
        ("6in4, configured (RFC 4213)", ["6in4"], []),
        ("6to4 (RFC 3056)", ["6to4"], []),
        ("6to4 from some relay", ["6to4"], []),
        (
            "6to4 to the anycast relay, deprecated (RFC 7526)",
            ["6to4"],
            ["sixscope.tunnel.6to4_anycast"],
        ),
        (
            "6to4: the source is somebody else's",
            ["6to4"],
            ["sixscope.tunnel.6to4_source"],
        ),
        (
            "6to4: the destination is somebody else's",
            ["6to4"],
            ["sixscope.tunnel.6to4_destination"],
        ),
        ("6to4 from a private address", ["6to4"], ["sixscope.tunnel.6to4_private"]),
        (
            "A 6to4 address in a configured tunnel",
            ["6in4"],
            ["sixscope.tunnel.6to4_foreign"],
        ),
        ("ISATAP (RFC 5214)", ["ISATAP"], []),
        ("ISATAP, from a router", ["ISATAP"], []),
        (
            "ISATAP: the source is another one",
            ["ISATAP"],
            ["sixscope.tunnel.isatap_address"],
        ),
        ("IPv4-compatible (RFC 4291)", ["automatic"], ["sixscope.tunnel.automatic"]),
        ("Loopback and unspecified address in a tunnel", ["6in4"], []),
        ("6over4: neighbor solicitation to 239.192.y.z", ["6over4"], []),
        ("6over4: by another block of groups", ["6over4"], []),
        (
            "6over4: to the group of another address",
            ["6over4"],
            ["sixscope.tunnel.6over4_group"],
        ),
        (
            "6over4: the source is another one",
            ["6over4"],
            ["sixscope.tunnel.6over4_address"],
        ),
        ("A quote is in no tunnel", [], []),
        ("DS-Lite: from 192.0.0.2 (RFC 6333)", ["DS-Lite"], []),
        ("192.0.0.8 is no address of DS-Lite", ["4in6"], []),
        ("IPv4 in IPv4 (RFC 2003)", ["4in4"], []),
        ("IPv6 in GRE in IPv6 (RFC 7676)", ["GRE"], []),
        ("IPv4 in IPv6 in IPv4", ["6in4", "4in6"], []),
        ("Two tunnels, the limit goes down", ["6in6", "6in6"], []),
        ("The limit doesn't go down", ["6in6", "6in6"], ["sixscope.tunnel.limit"]),
        ("A tunnel that forgets the limit", ["6in6", "6in6"], ["sixscope.tunnel.limit"]),
        (
            "A packet that must not enter a tunnel",
            ["6in6", "6in6"],
            ["sixscope.tunnel.limit_zero"],
        ),
        ("A limit that begins at the outer tunnel", ["6in6", "6in6"], []),
    ],
)
def test_kind_and_remarks(case: str, kinds: list[str], notes: list[str]) -> None:
    packet = cases("transition_tunnels.pcapng")[case]
    assert tunnels(packet) == kinds
    assert remarks(packet) == notes


def test_outer_ends_are_shown_on_the_inner_header() -> None:
    packet = cases("transition_tunnels.pcapng")["6to4 (RFC 3056)"]
    assert packet["sixscope.tunnel.source"] == "192.0.2.1"
    assert packet["sixscope.tunnel.destination"] == "198.51.100.2"
    inner = packet.layer("ipv6")
    assert inner is not None
    assert inner.node is not None
    assert inner.node.find("sixscope.tunnel") is not None


def test_6rd_is_recognised_by_the_preference_only() -> None:
    known = ("6rd.prefix", "2001:db8::/32")
    case = "6rd: the source is another one"
    assert tunnels(cases("transition_tunnels.pcapng")[case]) == ["6in4"]
    packet = cases("transition_tunnels.pcapng", known)[case]
    assert tunnels(packet) == ["6rd"]
    assert remarks(packet) == ["sixscope.tunnel.6rd_source"]
    assert remarks(cases("transition_tunnels.pcapng", known)["6rd, 2001:db8::/32 (RFC 5969)"]) == []


def test_6over4_link_layer_address_is_an_ipv4_address() -> None:
    case = "6over4: advertisement with an IPv4 link-layer address"
    packet = cases("transition_tunnels.pcapng")[case]
    (node,) = packet.fields("sixscope.icmpv6.opt.linkaddr_ipv4")
    assert node.show == "198.51.100.2"
    assert [n.show for n in packet.fields("icmpv6.opt.linkaddr")] == ["00:00:c6:33:64:02"]


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("VXLAN (RFC 7348)", "VXLAN"),
        ("Geneve (RFC 8926)", "Geneve"),
        ("NSH (RFC 8300): next protocol 2", ""),
        ("GTP-U: IPv6", "GTP"),
        ("VXLAN-GPE: NSH", "VXLAN"),
    ],
)
def test_carrier_names_the_tunnel(case: str, kind: str) -> None:
    # NSH alone in Ethernet has no packet around it
    assert tunnels(cases("overlays.pcapng")[case]) == ([kind] if kind else [])


def test_mpls_in_udp_and_ayiya_are_tunnels() -> None:
    assert tunnels(cases("mpls.pcapng")["In UDP (RFC 7510)"]) == ["MPLS"]
    assert tunnels(cases("ayiya.pcapng")["IPv4 inside"]) == ["AYIYA"]
    assert tunnels(cases("mpls.pcapng")["In GRE (RFC 4023)"]) == ["GRE"]


# --- Teredo ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "notes"),
    [
        ("A bubble by the server", []),
        ("… which forwards it", []),
        ("… with an origin that isn't in the address", ["sixscope.teredo.origin"]),
        ("A ping from client to client", ["sixscope.teredo.guess"]),
        (
            "Seen in front of the client's NAT",
            ["sixscope.teredo.guess", "sixscope.teredo.inside"],
        ),
        (
            "From another port: a symmetric NAT",
            ["sixscope.teredo.guess", "sixscope.teredo.port"],
        ),
        ("From another address", ["sixscope.teredo.guess", "sixscope.teredo.address"]),
        ("To another port", ["sixscope.teredo.guess", "sixscope.teredo.port"]),
    ],
)
def test_teredo_ends_against_the_addresses_inside(case: str, notes: list[str]) -> None:
    packet = cases("teredo.pcapng")[case]
    assert tunnels(packet) == ["Teredo"]
    assert remarks(packet) == notes


@pytest.mark.parametrize(
    "case", [case for case in cases("teredo.pcapng") if "not taken for Teredo" in case]
)
def test_datagram_that_is_no_teredo_stays_data(case: str) -> None:
    assert cases("teredo.pcapng")[case].chain == "eth:ethertype:ip:udp:data"


def test_guess_says_why() -> None:
    packet = cases("teredo.pcapng")["A ping to a relay"]
    (finding,) = [f for f in packet.findings if f.note.name == "sixscope.teredo.guess"]
    assert "a Teredo address as the source" in finding.text
