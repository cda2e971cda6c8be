"""Options of IPCP (RFC 1332, RFC 1877) and IPv6CP (RFC 5072, section 4).

Compression has options of its own behind its parameters: profiles of robust header compression
(RFC 3241), and what IP header compression can do more (RFC 2509, RFC 3544, RFC 3545).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, U8, U16, X16
from dissect.protocols.codes.ppp import IP_COMPRESSIONS, IPHC_PARAMETERS, ROHC_PROFILES
from dissect.protocols.ppp_control.options import Family, read_options

IPCP, IPV6CP = Family("ipcp.opt"), Family("ipv6cp.opt")
ROHC, IPHC = Family("ipcp.opt.rohc"), Family("ipcp.opt.iphc")


def _address(name: str, label: str) -> Field:
    return Field(f"ipcp.opt.{name}", label, IPV4)


def _number(name: str, label: str) -> Field:
    return Field(f"ipcp.opt.{name}", label, U16)


IPCP.fixed(1, "IP Addresses (deprecated)", "ipcp.opt.addrs",
           _address("src_address", "Source IP Address"),
           _address("dst_address", "Destination IP Address"))  # fmt: skip
IPCP.fixed(3, "IP Address", "ipcp.opt.addr", _address("ip_address", "IP Address"))
IPCP.fixed(4, "Mobile Node's Home IP Address", "ipcp.opt.mobileipv4",
           _address("mobilenodehomeaddress", "Mobile Node's Home Address"))  # fmt: skip
for kind, name, words in (
    (129, "pri_dns", "Primary DNS"), (130, "pri_nbns", "Primary NBNS"),
    (131, "sec_dns", "Secondary DNS"), (132, "sec_nbns", "Secondary NBNS"),
):  # fmt: skip
    IPCP.fixed(kind, f"{words} Server IP Address", f"ipcp.opt.{name}",
               _address(f"{name}_address", f"{words} Address"))  # fmt: skip

IDENTIFIER = Field("ipv6cp.interface_identifier", "Interface Identifier", replace(BYTES, size=8))
IPV6CP.fixed(1, "Interface Identifier", "ipv6cp.opt.interface_identifier", IDENTIFIER)

COMPRESSION = Field("ipcp.opt.compress_proto", "IP Compression Protocol", X16, IP_COMPRESSIONS)
DATA = Field("ipcp.data", "Data", BYTES)
MAX_HEADER = _number("max_header", "Max Header")
VAN_JACOBSON = (
    Field("ipcp.opt.max_slot_id", "Max Slot ID", U8),
    Field("ipcp.opt.comp_slot_id", "Comp Slot ID", BOOL,
          ("The slot identifier must not be compressed", "The slot identifier may be compressed"),
          mask=0x01),
)  # fmt: skip
HEADER_COMPRESSION = (
    _number("tcp_space", "TCP Space"),
    _number("non_tcp_space", "Non TCP Space"),
    _number("f_max_period", "F Max Period"),
    _number("f_max_time", "F Max Time"),
    MAX_HEADER,
)
ROBUST = (_number("max_cid", "Max CID"), _number("mrru", "MRRU"), MAX_HEADER)
PROFILE = Field("ipcp.opt.rohc.profile", "Profile", X16, ROHC_PROFILES)

IPHC.fixed(1, "RTP compression (RFC2508)", "ipcp.opt.iphc.rtp_compress")
IPHC.fixed(2, "Enhanced RTP compression (RFC3545)", "ipcp.opt.iphc.enhanced_rtp_compress")
IPHC.fixed(3, "Negotiating header compression (RFC3545)", "ipcp.opt.iphc.neghdrcomp",
           Field("ipcp.opt.iphc.param", "Parameter", U8, IPHC_PARAMETERS))  # fmt: skip


@ROHC.variable(1, "Profiles (RFC3241)", "ipcp.opt.rohc.profile_bytes", 2)
def profiles(c: Cursor) -> None:
    """Numbers of two octets (RFC 3241, section 2.2)."""
    while c.more:
        c.add(PROFILE)


def _parameters(fields: tuple[Field, ...], more: Family | None) -> Callable[[Cursor], None]:
    """What reads the parameters of a compression, and its own options behind them."""

    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field)
        if more is not None:
            read_options(c, more, "Suboptions")

    return read


COMPRESSIONS = {
    0x0003: _parameters(ROBUST, ROHC),
    0x002D: _parameters(VAN_JACOBSON, None),
    0x0037: _parameters(VAN_JACOBSON, None),
    0x0061: _parameters(HEADER_COMPRESSION, IPHC),
}


@IPCP.variable(2, "IP Compression Protocol", "ipcp.opt.compress", 2)
def compression(c: Cursor) -> None:
    """How headers are compressed (RFC 1332, section 3.2)."""
    reader = COMPRESSIONS.get(c.add(COMPRESSION))
    if reader is not None:
        reader(c)
    else:
        c.rest(DATA)


IPV6CP.borrow(2, "IPv6 compression", IPCP.options[2])
