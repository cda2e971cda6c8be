"""Options that are one field after the other: the table says it all."""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, DX16, U8, U16, X8, X16, X32
from dissect.protocols.codes.ipv6_options import OPTIONS
from dissect.protocols.ipv6_options.reader import DESTINATION, HOP, Option, know

ALERTS = {0: "MLD", 1: "RSVP", 2: "Active Network"}
PADDING = replace(BYTES, text=lambda octets: BYTES.text(octets) if octets else "<none>")
EXPERIMENTAL = Field("ipv6.opt.experimental", "Experimental Option", BYTES)

know(
    Option(0x01, (Field("ipv6.opt.padn", "PadN", PADDING),), ref="RFC 8200, section 4.2"),
    Option(
        0x04, (Field("ipv6.opt.tel", "Tunnel Encapsulation Limit", U8),), length=1,
        header=DESTINATION, ref="RFC 2473, section 4.1.1",
    ),
    Option(
        0x05, (Field("ipv6.opt.router_alert", "Router Alert", U16, ALERTS),), length=2,
        header=HOP, ref="RFC 2711",
    ),
    Option(
        0x0F,
        (
            Field("ipv6.opt.pdm.scale_dtlr", "Scale DTLR", U8),
            Field("ipv6.opt.pdm.scale_dtls", "Scale DTLS", U8),
            Field("ipv6.opt.pdm.psn_this_pkt", "PSN This Packet", U16),
            Field("ipv6.opt.pdm.psn_last_recv", "PSN Last Received", U16),
            Field("ipv6.opt.pdm.delta_last_recv", "Delta Time Last Received", U16),
            Field("ipv6.opt.pdm.delta_last_sent", "Delta Time Last Sent", U16),
        ),
        length=10, header=DESTINATION, ref="RFC 8250",
    ),
    Option(
        0x41, (Field("ipv6.opt.tpf_information", "TPF Information", X32),), length=4,
        header=DESTINATION,
    ),
    Option(
        0x63,
        (
            Field(
                "ipv6.opt.rpl.flag", "Flag", X8,
                bits=(
                    Field("ipv6.opt.rpl.flag.o", "Down", BOOL, mask=0x80),
                    Field("ipv6.opt.rpl.flag.r", "Rank Error", BOOL, mask=0x40),
                    Field("ipv6.opt.rpl.flag.f", "Forwarding Error", BOOL, mask=0x20),
                    Field("ipv6.opt.rpl.flag.rsv", "Reserved", X8, mask=0x1F),
                ),
            ),
            Field("ipv6.opt.rpl.instance_id", "RPLInstanceID", X8),
            Field("ipv6.opt.rpl.sender_rank", "Sender Rank", X16),
        ),
        least=4, header=HOP, ref="RFC 6553, section 3",
    ),
    Option(0x8A, deprecated=True),
    Option(
        0x8B, (Field("ipv6.opt.ilnp_nonce", "ILNP Nonce", BYTES),), header=DESTINATION,
        ref="RFC 6744",
    ),
    Option(
        0xEE,
        (
            Field(
                "ipv6.opt.dff.flags", "Flags", X8,
                bits=(
                    Field("ipv6.opt.dff.flag.ver", "Version (VER)", U8, mask=0xC0),
                    Field("ipv6.opt.dff.flag.dup", "Duplicate (DUP)", BOOL, mask=0x20),
                    Field("ipv6.opt.dff.flag.ret", "Return (RET)", BOOL, mask=0x10),
                    Field("ipv6.opt.dff.flag.rsv", "Reserved", X8, mask=0x0F),
                ),
            ),
            Field("ipv6.opt.dff.sequence_number", "Sequence Number", DX16),
        ),
        length=3, header=HOP, ref="RFC 6971",
    ),
    *(
        Option(kind, (EXPERIMENTAL,), ref="RFC 4727")
        for kind, name in OPTIONS.items()
        if name.startswith("Experimental")
    ),
)  # fmt: skip
