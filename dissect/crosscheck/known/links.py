"""Where tshark is wrong: link layers."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    Known,
    always,
    behind_end,
    from_on,
    has,
    noted,
    packet_values,
)
from dissect.engine.packet import Packet


def two_before(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs stands two octets before ours."""
    return ours is not None and theirs is not None and ours.offset == theirs.offset + 2


def ethertypes(packet: Packet) -> list[int]:
    """Where PPP has the EtherType of a version of IP for its protocol."""
    return [n.offset for n in packet.fields("ppp.protocol") if n.value in (0x0800, 0x86DD)]


def joined(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Fragments of PPP make a packet: more than six, or one is empty, or their numbers wrap."""
    frames = packet_values(packet, "mp.fragment")
    numbers = [(node.value, 1 << 24) for node in packet.fields("mp.seq")]
    numbers += [(node.value, 1 << 12) for node in packet.fields("mp.sseq")]
    if packet.number not in frames or len(numbers) != 1:
        return False
    ((number, count),) = numbers
    first = number - frames.index(packet.number)
    return (
        len(frames) > MOST_FRAGMENTS
        or any(not node.length for node in packet.fields("mp.fragment"))
        or not 0 <= first <= count - len(frames)
    )


MOST_FRAGMENTS = 6
"""tshark's preference ``mp.max_fragments``, as it is by default."""

LINKS: tuple[Known, ...] = (
    *(
        Known(
            field, kinds, joined,
            "fragments of multilink are not put together where the numbers begin again, where one "
            "is empty, or where there are more than six",
            "RFC 1990, section 3", "ppp_multilink.pcapng",
        )
        for field, kinds in (("mp.payload", MISSING), ("frame.protocols", DIFFERENT), ("*", EXTRA))
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.short", "_ws.malformed"),
            "nothing is shown of a header that isn't whole; the octets that are there are shown "
            "here",
            "", "pcap_snaplen.pcap",
        )
        for field in ("eth.dst", "eth.src", "ipv6.*.nxt", "ipv6.fraghdr.*")
    ),
    Known(
        "eth.src_not_group", EXTRA, has("eth.len"),
        "a group's address as the source is let pass in frames with a length",
        "IEEE 802.3, section 3.2.3", "llc.pcapng",
    ),
    Known(
        "pppoed.tag.unknown_data", DIFFERENT, two_before,
        "the value of a tag without a name is shown from its length on",
        "RFC 2516, section 4", "pppoe.pcapng",
    ),
    Known(
        "pppoed.tag*", MISSING, noted("_ws.malformed"),
        "tags are read past the end that the payload length gives",
        "RFC 2516, section 4", "pppoe.pcapng",
    ),
    Known(
        "*", ANY, from_on(ethertypes),
        "an EtherType is taken for a PPP protocol; those are odd, all others unrecognized",
        "RFC 1661, section 2", "ppp_broken.pcapng",
    ),
    Known(
        "lcp.*", MISSING, behind_end("lcp"),
        "fields are read past the end that the length gives",
        "RFC 1661, section 5", "ppp_broken.pcapng",
    ),
    Known(
        "lcp.opt.reporting_period", EXTRA, always,
        "the interval of link quality reports is looked for behind the option",
        "RFC 1989", "ppp.pcapng",
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of options or a message that the length says are longer than the "
            "packet; what is there is shown here",
            "", "ppp.pcapng",
        )
        for field in ("lcp.opt.*", "ipcp.*", "ipv6cp.*", "ccp.opt.*", "chap.message", "ppp.data")
    ),
    *(
        Known(
            field, EXTRA, noted("_ws.malformed"),
            "nothing is shown of a header that isn't whole; the octets that are there are shown "
            "here",
            "", "ppp_broken.pcapng",
        )
        for field in ("ppp.code", "ppp.identifier")
    ),
)  # fmt: skip
