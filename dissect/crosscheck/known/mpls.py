"""Where tshark is wrong: MPLS, its channels and its echo."""

from __future__ import annotations

from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    MORE_THERE,
    Known,
    always,
    from_on,
    has,
    noted,
)
from dissect.engine.packet import Packet


def unnumbered(packet: Packet) -> list[int]:
    """Where downstream mappings to an unnumbered interface stand that tshark can't read."""
    older = packet.fields("mpls_echo.tlv.ds_map.addr_type")
    detailed = packet.fields("mpls_echo.tlv.dd_map.addr_type")
    return [n.offset for n in older if n.value == 4] + [
        n.offset for n in detailed if n.value in (2, 4)
    ]


MPLS: tuple[Known, ...] = (
    Known(
        "mpls_psc.tlvlen", MORE_THERE, always,
        "the first of the two octets of the TLV length is taken for all of it",
        "RFC 6378, section 4.2", "mpls_oam.pcapng",
    ),
    Known(
        "mpls_echo.tlv.len.invalid", MISSING, has("sixscope.mpls_echo.tlv.padding"),
        "the zeros that pad a TLV are taken for one more",
        "RFC 8029, section 3", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.*", ANY, from_on(unnumbered),
        "an unnumbered interface has an address of its version and an index; of IPv6 only four "
        "octets are read, and in the detailed mapping neither is known",
        "RFC 4379, section 3.3; RFC 8029, section 3.4", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.tlv.fec.fec.pw_ipv6_128_*", DIFFERENT, always,
        "the PW ID is read as two octets, it has four; so what is behind it is off",
        "RFC 6829, section 3.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", DIFFERENT,
        has("mpls_echo.subtlv.dd_map.value"),
        "the position of an unknown sub-TLV's type and length counts what is before it twice",
        "RFC 8029, section 3.4.1", "mpls_echo.pcapng",
    ),
    Known(
        "mpls_echo.subtlv.dd_map.*", EXTRA, noted("mpls_echo.tlv.dd_map.subtlv_len.invalid"),
        "nothing is shown of multipath data whose length can't be; its first octets are there",
        "", "mpls_echo.pcapng",
    ),
)  # fmt: skip
