"""RPL: every control message and option, and every routing metric (RFC 6550, 6551, 6997)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.icmpv6.rpl import (
    Acknowledgment,
    Advertisement,
    ConsistencyCheck,
    Discovery,
    DiscoveryReply,
    DiscoveryReplyAck,
    Information,
    Security,
    Solicitation,
)
from dissect.protocols.icmpv6.rpl_discovery import RouteDiscovery
from dissect.protocols.icmpv6.rpl_options import (
    Configuration,
    PrefixInformation,
    RouteInformation,
    Solicited,
    Target,
    Transit,
)
from making.build import (
    HOST,
    HOST_LOCAL,
    OTHER,
    ROUTER,
    THIRD,
    Commented,
    counting,
    ethernet,
    icmpv6_packet,
    ip6,
    option,
    write,
)

ALL_RPL = ip6("ff02::1a")
"""All RPL nodes of the link (RFC 6550, section 20.19)."""
PREFIX = ip6("2001:db8:0:1::")
DIO = bytes(Information(instance=30, version=5, mode=0x8B, dtsn=6, flags=1, dodag=ROUTER))
DAO = bytes(Advertisement(instance=30, flags=0xC1, sequence=6)) + ROUTER
DISCOVERY = bytes(Discovery(instance=0x86))
DRO = DISCOVERY + bytes(DiscoveryReply(flags=0xF001, dodag=ROUTER))


def control(code: int, body: bytes) -> bytes:
    """A control message in a frame."""
    return ethernet(icmpv6_packet(155, code, body, HOST_LOCAL, ALL_RPL, 255))


def metric(kind: int, flags: int, body: bytes) -> bytes:
    """One object of a DAG Metric Container."""
    return struct.pack(">BHB", kind, flags, len(body)) + body


def messages() -> Iterator[Commented]:
    """Each message, and each with a Security section."""
    solicitation = bytes(Solicitation(flags=1))
    solicited = bytes(Solicited(instance=30, flags=0xE1, dodag=ROUTER, version=5))
    plain = (
        (0, solicitation + option(7, solicited), "DIS, for one DODAG only"),
        (1, DIO, "DIO"),
        (2, DAO, "DAO, to be acknowledged"),
        (2, bytes(Advertisement(instance=0x86, sequence=7)), "DAO without a DODAGID"),
        (3, bytes(Acknowledgment(instance=30, flags=0x81, sequence=6)) + ROUTER, "DAO-ACK"),
        (3, bytes(Acknowledgment(instance=30, sequence=6, status=130)), "DAO-ACK: refused"),
        (4, DRO, "P2P-DRO"),
        (5, DISCOVERY + bytes(DiscoveryReplyAck(flags=0x4001, dodag=ROUTER)), "P2P-DRO-ACK"),
        (4, bytes(Discovery(version=1)) + DRO[2:], "P2P-DRO, version 1"),
    )
    for code, body, words in plain:
        yield control(code, body), words
    for mode, level, key, words in (
        (0, 0, b"\6", "key by index"),
        (1, 1, b"", "key of the two ends"),
        (2, 2, counting(8) + b"\6", "key by source and index"),
        (3, 3, counting(8) + b"\6", "signed and encrypted"),
        (3, 2, b"", "signed"),
        (2, 0, counting(8) + b"\6", "key by source and index, authentication only"),
    ):
        section = bytes(Security(time=0x81, kim=mode, level=level, flags=2, counter=7)) + key
        yield control(0x81, section + DIO), f"Secure DIO, {words}"
    section = bytes(Security(algorithm=1)) + b"\6"
    for code, body, words in plain[:1] + plain[2:3] + plain[4:5] + plain[6:8]:
        yield control(0x80 | code, section + body), f"Secure {words}"
    check = bytes(ConsistencyCheck(instance=30, flags=0x81, nonce=6, dodag=ROUTER, counter=7))
    yield control(0x8A, section + check), "Consistency check"
    yield control(0x42, counting(8)), "A code that is not assigned"


def options() -> Iterator[Commented]:
    """Each option in a message that may have it, and what is wrong with some."""
    settings = bytes(Configuration(flags=0xFE, max_rank=1792, ocp=1, reserved=6))
    yield control(1, DIO + b"\0" * 3 + option(1, bytes(4))), "Pad1, and PadN"
    yield control(1, DIO + option(4, settings)), "DODAG configuration"
    route = bytes(RouteInformation(length=64, flags=0x0F, lifetime=0xFFFFFFFF))
    yield control(1, DIO + option(3, route + PREFIX[:8])), "Route information"
    yield control(1, DIO + option(3, route + PREFIX[:5])), "Route information of five octets"
    prefix = PrefixInformation(flags=0xE1, valid=7200, preferred=3600, prefix=PREFIX)
    yield control(1, DIO + option(8, bytes(prefix))), "Prefix information"
    target = bytes(Target(flags=1, length=64)) + PREFIX[:8]
    transit = bytes(Transit(flags=0x81, control=0x40, sequence=6, lifetime=255))
    described = option(5, target) + option(9, b"\x60\x06\0\1") + option(6, transit + ROUTER)
    yield control(2, DAO + described), "Target, its descriptor, and the way to it"
    yield control(2, DAO + option(5, target[:2] + OTHER) + option(6, transit)), "… with no parent"
    yield control(1, DIO + option(0x77, counting(6))), "An option that is not assigned"
    yield control(1, DIO + option(4, settings)[:9]), "An option past the end"
    way = OTHER + THIRD + HOST
    for flags, words in ((0x80, ""), (0x40, ", hop by hop without a reply"), (0xF0, ", four ways")):
        sought = bytes(RouteDiscovery(flags=flags, limits=0x86)) + way
        yield control(1, DIO + option(10, sought)), f"P2P route discovery{words}"
    sought = bytes(RouteDiscovery(flags=0x86, limits=0x86)) + OTHER[6:] + THIRD[6:] + HOST[6:]
    yield control(1, DIO + option(10, sought)), "… its addresses without what the DODAG has"
    for flags, limits in ((0x40, 6), (0xB0, 0x86)):
        found = bytes(RouteDiscovery(flags=flags, limits=limits)) + way
        yield control(4, DRO + option(10, found)), "P2P route discovery in a reply"
    yield control(1, DIO + b"\3\x88" + counting(6)), "Route information that passes the end"


def metrics() -> Iterator[Commented]:
    """Each metric, as a metric and as a constraint."""
    for flags in (0x0036, 0x0F00, 0xF880):
        for kind, body, words in (
            (1, b"\x60\xfb" + option(6, b"\1\2"), "Node state, with a TLV"),
            (2, b"\xfd\x06" * 2, "Node energy"),
            (3, b"\x16\x06", "Hop count"),
            (4, struct.pack(">II", 250_000, 19_200), "Link throughput"),
            (5, struct.pack(">I", 6000), "Link latency"),
            (6, b"\0\x66\x27", "Link quality"),
            (7, struct.pack(">HH", 128, 256), "Expected transmissions"),
            (8, b"\0\xff\xc7", "Link colour"),
            (99, counting(5), "A metric that is not assigned"),
        ):
            container = option(2, metric(kind, flags, body))
            yield control(1, DIO + container), f"{words}, flags 0x{flags:04x}"
    several = metric(3, 0, b"\0\1") + metric(7, 0, b"\0\x80")
    yield control(1, DIO + option(2, several)), "Two metrics in one container"
    yield control(1, DIO + option(2, metric(4, 0, bytes(6)))), "A throughput of six octets"
    empty = metric(8, 0, b"") + metric(0, 0, b"") + metric(3, 0, b"\0\1")
    yield control(1, DIO + option(2, empty)), "A colour of no octets, and others behind it"
    for there in (1, 2, 3):
        yield control(1, DIO + option(2, metric(7, 0, b"")[:there])), f"{there} octets of a metric"


FILES = {
    "rpl.pcapng": lambda path: write(path, messages()),
    "rpl_options.pcapng": lambda path: write(path, options()),
    "rpl_metrics.pcapng": lambda path: write(path, metrics()),
}
