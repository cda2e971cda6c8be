"""Virtual eXtensible LAN (RFC 7348, section 5), its group policy and generic protocol extensions.

0               8               16              24             32
+---------------+---------------+-------------------------------+
|G|R|R|R|I|R|R|R|R|D|R|R|A|R|R|R|        Group Policy ID        |  port 4789
+---------------+---------------+---------------+---------------+
|R|R|Ver|I|P|B|O|           Reserved            |   Next Proto  |  port 4790
+---------------+---------------+---------------+---------------+
|        VXLAN Network Identifier (VNI)         |   Reserved    |
+-----------------------------------------------+---------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, U16, U24, X8, X16

FLAG_G = Field("vxlan.flag_g", "GBP Extension", BOOL, ("Not defined", "Defined"), mask=0x8000)
FLAG_I = Field("vxlan.flag_i", "VXLAN Network ID (VNI)", BOOL, mask=0x0800)
FLAG_D = Field("vxlan.flag_d", "Don't Learn", BOOL, mask=0x0040)
FLAG_A = Field("vxlan.flag_a", "Policy Applied", BOOL, mask=0x0008)
FLAGS = Field(
    "vxlan.flags", "Flags", X16,
    bits=(
        FLAG_G, FLAG_I, FLAG_D, FLAG_A,
        Field("vxlan.flags_reserved", "Reserved(R)", X16, mask=0x77B7),
    ),
)  # fmt: skip
GENERIC_FLAGS = Field(
    "vxlan.flags", "Flags", X8,
    bits=(
        Field("vxlan.ver", "Version", U8, mask=0x30),
        Field("vxlan.i_bit", "Instance", U8, mask=0x08),
        Field("vxlan.p_bit", "Next Protocol Bit", U8, mask=0x04),
        Field("vxlan.o_bit", "OAM bit", U8, mask=0x01),
        Field("vxlan.flags_reserved", "Reserved(R)", U8, mask=0xC2),
    ),
)  # fmt: skip
NEXT_PROTOCOLS = {
    1: "IPv4", 2: "IPv6", 3: "Ethernet", 4: "Network Service Header", 5: "MPLS",
}  # fmt: skip


class Network(Header):
    """The network identifier, the last 4 octets of the header."""

    __hdr__ = (("_word", "I", 0),)
    __bit_fields__ = {"_word": (("vni", 24), ("reserved", 8))}
    names = (
        F("vni", "vxlan.vni", "VXLAN Network Identifier (VNI)", U24, span=(0, 3)),
        F("reserved", "vxlan.reserved8", "Reserved", U8, span=(3, 1)),
    )


class Policy(Header):
    """The group policy, 2 octets."""

    __hdr__ = (("id", "H", 0),)
    names = (F("id", "vxlan.gbp", "Group Policy ID", U16),)


class Protocol(Header):
    """The next protocol, behind 16 reserved bits."""

    __hdr__ = (("reserved", "H", 0), ("next", "B", 3))
    names = (
        F("reserved", "vxlan.reserved_16", "Reserved", U16),
        F("next", "vxlan.next_proto", "Next Protocol", NEXT_PROTOCOLS),
    )


NEXT_ETHERTYPES = {1: 0x0800, 2: 0x86DD, 3: 0x6558, 4: 0x894F, 5: 0x8847}
ETHERNET = 0x6558
GENERIC_PORT = 4790


@dissector("vxlan", "Virtual eXtensible Local Area Network", "VxLAN", udp_port=(4789, GENERIC_PORT))
def vxlan(c: Cursor) -> Result:
    """Read the header that belongs to the port, go on into the frame or packet inside."""
    c.info("")
    if GENERIC_PORT in c.facts.ports:
        c.add(GENERIC_FLAGS)
        kind = NEXT_ETHERTYPES.get(c.header(Protocol).next, 0)
    else:
        flags = c.add(FLAGS)
        if c.at is not None:
            known = (FLAG_G, FLAG_I, FLAG_D, FLAG_A)
            c.last.suffix = "".join(f", {bit.label}" for bit in known if bit.mask & flags)
        c.header(Policy)
        kind = ETHERNET
    c.header(Network)
    return Next("ethertype", kind, listed=False) if kind else Next(name="data")
