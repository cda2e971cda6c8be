"""CableLabs' vendor options (CL-SP-CANN-DHCP-Reg): cable modems, MTAs, routers and their CMTS.

    0                               16                             32
    +-------------------------------+-------------------------------+
    |  Code                         |  Length                       |
    +-------------------------------+-------------------------------+
    |  Data                                                         |

Wireshark makes the code alone a field, and puts what the data say behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field, Node
from dissect.engine.values import BYTES, IPV6, U8, U16
from dissect.protocols.dhcpv6.capabilities import MODEM, PHONE
from dissect.protocols.dhcpv6.options import BOGUS_LENGTH, suboption
from dissect.protocols.dhcpv6.packetcable import client_configuration, client_configuration_v6

CABLELABS = 4491
"""The enterprise number."""

NAMES = {
    1: "Option Request = ",
    2: "Device Type = ",
    3: "Embedded Components = ",
    4: "Serial Number = ",
    5: "Hardware Version = ",
    6: "Software Version = ",
    7: "Boot ROM Version = ",
    8: "Organization Unique Identifier = ",
    9: "Model Number = ",
    10: "Vendor Name = ",
    32: "TFTP Server Addresses : ",
    33: "Configuration File Name = ",
    34: "Syslog Servers : ",
    35: "TLV5 = ",
    36: "Device Identifier = ",
    37: "Time Protocol Servers : ",
    38: "Time Offset = ",
    39: "IP preference : ",
    61: "CCAP-CORES : ",
    1025: "CMTS Capabilities Option : ",
    1026: "CM MAC Address Option = ",
    1027: "eRouter Container Option : ",
    2170: "CableLabs Client Configuration : ",
    2171: "CableLabs Client Configuration IPv6 : ",
    2172: "CableLabs Correlation ID = ",
}
DEVICE_TYPE = 2
PREFERENCES = {1: "IPv4", 2: "IPv6", 6: "Dual Stack"}

OPTION = Field("dhcpv6.cablelabs.opt", "Suboption", U16, NAMES)
SERVER = Field("dhcpv6.cablelabs.ipv6_server", "IPv6 address", IPV6)
MODEM_TYPE = Field("dhcpv6.docsis.cccV6.tlv5.suboption", "Type", U8, MODEM)
PHONE_TYPE = Field("dhcpv6.packetcable.cccV6.tlv5.suboption", "Type", U8, PHONE)
TLV_LENGTH = Field("dhcpv6.cccV6.tlv5.suboption.length", "Length", U8)
TLV_OCTETS = Field("dhcpv6.cccV6.tlv5.suboption.value", "Value", BYTES)
TLV_NUMBER = Field("dhcpv6.cccV6.tlv5.suboption.value_number", "Value", U16)


class Version(Field):
    """A version in two octets, as ``3.01``."""

    __slots__ = ()

    def value_text(self, value: int) -> str:
        """Major and minor."""
        return f"{value >> 8}.{value & 0xFF:02}"


DOCSIS_VERSION = Version("dhcpv6.cablelabs.docsis_version_number", "DOCSIS Version Number", U16)
DPOE_VERSION = Version(
    "dhcpv6.cablelabs.dpoe_server_version_number", "DPoE Server Version Number", U16
)
VERSIONS = {1: DOCSIS_VERSION, 2: DPOE_VERSION}

# What an option's data say: words behind its name, or fields under it.  ``device`` is the type
# that an earlier option gave.
Words = str
Reader = Callable[[Cursor, Node, str], Words]


def cablelabs_options(c: Cursor) -> None:
    """All of them up to the end of the bounds."""
    if c.left <= 4:
        c.note(BOGUS_LENGTH, "dhcpv6.vendoropts.enterprise", f"Bogus length: {c.left}")
        c.skip(c.left)
    device = ""
    while c.more:
        device = _option(c, device)


def _option(c: Cursor, device: str) -> str:
    """One option; hands back the device type, as far as it is known."""
    start = c.pos
    c.need(4)
    code, size = int.from_bytes(c.peek(2), "big"), int.from_bytes(c.peek(2, ahead=2), "big")
    with suboption(c, OPTION, 4 + size, code, octets=2) as node:
        c.skip(4)
        if code == DEVICE_TYPE:
            device = _octets(c).split(b"\0")[0].decode("ascii", "replace").upper()
            c.pos = start + 4
        reader = READERS.get(code)
        node.suffix = reader(c, node, device) if reader else ""
        c.skip(c.left)
    return device


def _octets(c: Cursor) -> bytes:
    """All the data of the option."""
    at = c.pos
    c.skip(c.left)
    return c.data[at : c.pos]


def _bogus(c: Cursor, node: Node, text: str = "") -> None:
    c.note(BOGUS_LENGTH, node, text or f"Bogus length: {c.left}")


def _requested(c: Cursor, node: Node, device: str) -> Words:
    octets = _octets(c)
    if len(octets) % 2:
        _bogus(c, node, f"Bogus length: {len(octets)}")
    pairs = range(0, len(octets) - 1, 2)
    return "".join(f" {int.from_bytes(octets[i : i + 2], 'big')}" for i in pairs)


def _text(c: Cursor, node: Node, device: str) -> Words:
    if not c.more:
        name = NAMES[c.data[c.pos - 3]] if c.at is not None else ""
        return f"Packet does not contain {name.rstrip(' =:')}."
    return '"' + _octets(c).split(b"\0")[0].decode("ascii", "replace") + '"'


def _vendor(c: Cursor, node: Node, device: str) -> Words:
    """The three octets of a vendor, or six characters that spell them."""
    size = c.left
    if size == 3:
        return _octets(c).hex(":")
    if size == 6:
        return _text(c, node, device)
    _bogus(c, node, "Suboption 8: suboption length isn't 3 or 6")
    return ""


def _mac(c: Cursor, node: Node, device: str) -> Words:
    if c.left == 6:
        return _octets(c).hex(":")
    _bogus(c, node)
    return ""


def _servers(c: Cursor, node: Node, device: str) -> Words:
    if c.left % 16 == 0:
        while c.more:
            c.add(SERVER)
    return ""


def _time_offset(c: Cursor, node: Node, device: str) -> Words:
    if c.left < 4:
        _bogus(c, node)
        return ""
    return str(int.from_bytes(_octets(c)[:4], "big", signed=True))


def _preference(c: Cursor, node: Node, device: str) -> Words:
    value = int.from_bytes(_octets(c)[:1], "big")
    return PREFERENCES.get(value) or f"Invalid IP Preference value {value}"


def _correlation(c: Cursor, node: Node, device: str) -> Words:
    size = c.left
    return str(c.uint(4)) if size == 4 else f"Bogus value length={size}"


def _container(c: Cursor, node: Node, device: str) -> Words:
    octets = _octets(c)
    return f" {octets.hex()} (len={len(octets)})"


def _capabilities(c: Cursor, node: Node, device: str) -> Words:
    """Type, length, value in single octets; whose they are depends on the device."""
    if not device or device.startswith("ECM"):
        shown = MODEM_TYPE
    elif device.startswith("EDVA"):
        shown = PHONE_TYPE
    else:
        return ""
    while c.more:
        c.need(2)
        code, size = c.peek(2)
        with suboption(c, shown, 2 + size, code, octets=1):
            c.skip(1)
            c.add(TLV_LENGTH)
            if size in (1, 2):
                c.add(TLV_NUMBER, size)
            elif size:
                c.add(TLV_OCTETS, size)
    return ""


def _cmts_capabilities(c: Cursor, node: Node, device: str) -> Words:
    """Versions that the CMTS knows."""
    while c.left >= 2:
        kind, size = c.uint(1), c.uint(1)
        with c.limit(size, "dhcpv6.cablelabs.opt"):
            if kind in VERSIONS and size == 2:
                c.add(VERSIONS[kind])
    return ""


def _configuration(c: Cursor, node: Node, device: str) -> Words:
    size = c.left
    client_configuration(c)
    return f" ({size} bytes)"


def _configuration_v6(c: Cursor, node: Node, device: str) -> Words:
    size = c.left
    client_configuration_v6(c)
    return f" ({size} bytes)"


READERS: dict[int, Reader] = {
    1: _requested,
    **dict.fromkeys((2, 3, 4, 5, 6, 7, 9, 10, 33), _text),
    8: _vendor,
    **dict.fromkeys((32, 34, 37, 61), _servers),
    35: _capabilities,
    36: _mac,
    38: _time_offset,
    39: _preference,
    1025: _cmts_capabilities,
    1026: _mac,
    1027: _container,
    2170: _configuration,
    2171: _configuration_v6,
    2172: _correlation,
}
