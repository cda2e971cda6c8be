"""CableLabs Client Configuration, for telephony over cable (PacketCable; RFC 3495 has its IPv4
form)."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, IPV4, IPV6, STR, U8, U16, X8, X16
from dissect.protocols.dhcpv6.domain import names, plain_name
from dissect.protocols.dhcpv6.options import BOGUS_LENGTH, read_text, suboption

PREFIX = "dhcpv6.packetcable"

ELEMENT = Field(
    f"{PREFIX}.ccc.suboption", "Sub element", U16,
    {1: "TSP's Primary DHCP Server", 2: "TSP's Secondary DHCP Server"},
)  # fmt: skip
SERVERS = {
    1: Field(f"{PREFIX}.ccc.pri_dhcp", "Primary DHCP", IPV4),
    2: Field(f"{PREFIX}.ccc.sec_dhcp", "Secondary DHCP", IPV4),
}
ELEMENT_V6 = Field(
    f"{PREFIX}.cccV6.suboption", "Sub element", U16,
    {
        1: "TSP's Primary DHCPv6 Server Selector ID",
        2: "TSP's Secondary DHCPv6 Server Selector ID ",
        3: "TSP's Provisioning Server",
        4: "TSP's AS-REQ/AS-REP Backoff and Retry",
        5: "TSP's AP-REQ/AP-REP Backoff and Retry",
        6: "TSP's Kerberos Realm Name",
        7: "TSP's Ticket Granting Server Utilization",
        8: "TSP's Provisioning Timer Value",
        9: "PacketCable Security Ticket Control",
    },
)  # fmt: skip
SELECTORS = {
    1: Field(f"{PREFIX}.cccV6.pri_dss", "Primary SSID", STR),
    2: Field(f"{PREFIX}.cccV6.sec_dss", "Secondary SSID", STR),
}
BY_NAME, BY_ADDRESS = 0, 1
SERVER_TYPE = Field(
    f"{PREFIX}.cccV6.prov_srv.type", "Type", U8, {BY_NAME: "FQDN", BY_ADDRESS: "IPv6"}
)
SERVER_NAME = Field(f"{PREFIX}.cccV6.prov_srv.fqdn", "FQDN", STR)
SERVER_ADDRESS = Field(f"{PREFIX}.cccV6.prov_srv.ipv6", "IPv6 address", IPV6)
REALM = Field(f"{PREFIX}.cccV6.krb_realm", "KRB Realm", STR)
TICKETS = Field(f"{PREFIX}.cccV6.tgt_flag", "TGT Flags", X8)
FETCH = Field(f"{PREFIX}.cccV6.tgt_flag.fetch", "Fetch TGT", BOOL, mask=0x1)
TIMER = Field(f"{PREFIX}.cccV6.prov_timer", "Provisioning timer", U8)
CONTROL = Field(f"{PREFIX}.cccV6.sec_tcm", "SEC TCM Flags", X16)
CONTROL_BITS = (
    Field(f"{PREFIX}.cccV6.sec_tcm.provisioning_server", "Provisioning Server", BOOL,
          ("Off", "On"), mask=0x1),
    Field(f"{PREFIX}.cccV6.tgt_flag.call_manager_server", "Call Manager Servers", BOOL,
          ("Off", "On"), mask=0x2),
)  # fmt: skip

NO_LENGTH = Note(
    "dhcpv6.no_suboption_len", Severity.ERROR, Group.MALFORMED,
    "no room left in option for suboption length",
)  # fmt: skip
INVALID_TYPE = Note("dhcpv6.invalid_type", Severity.WARNING, Group.PROTOCOL, "Invalid type")
INVALID_TIME = Note(
    "dhcpv6.invalid_time_value", Severity.WARNING, Group.PROTOCOL, "Invalid time value"
)


def client_configuration(c: Cursor) -> None:
    """Elements up to the end of the bounds: the servers of the IPv4 form."""
    while c.more:
        _element(c, ELEMENT, _server)


def client_configuration_v6(c: Cursor) -> None:
    """Elements up to the end of the bounds."""
    while c.more:
        _element(c, ELEMENT_V6, _element_v6)


Reader = Callable[[Cursor, Node, int], None]


def _element(c: Cursor, shown: Field, read: Reader) -> None:
    """A code, of which Wireshark makes the field, a length, and what ``read`` makes of the rest."""
    if c.left < 4:
        c.note(NO_LENGTH, c.at)
        c.skip(c.left)
        return
    code, size = int.from_bytes(c.peek(2), "big"), int.from_bytes(c.peek(2, ahead=2), "big")
    if 4 + size > c.left:
        c.note(BOGUS_LENGTH, c.put(shown, code, c.pos, 2), f"Bogus length: {size}")
        c.skip(c.left)
        return
    with suboption(c, shown, 4 + size, code, octets=2) as node:
        c.skip(4)
        read(c, node, code)
        c.skip(c.left)


def _bogus(c: Cursor, node: Node) -> None:
    c.note(BOGUS_LENGTH, node, f"Bogus length: {c.left}")


def _server(c: Cursor, node: Node, code: int) -> None:
    if code in SERVERS:
        if c.left == 4:
            c.add(SERVERS[code])
        else:
            _bogus(c, node)


def _element_v6(c: Cursor, node: Node, code: int) -> None:
    if code in SELECTORS:
        read_text(c, SELECTORS[code], c.left)
    elif code in ELEMENTS:
        ELEMENTS[code](c, node, code)


def _provisioning_server(c: Cursor, node: Node, code: int) -> None:
    size = c.left
    kind = c.add(SERVER_TYPE)
    at = c.pos
    if kind == BY_NAME:
        name = plain_name(c)
        c.put(SERVER_NAME, name, at, c.pos - at)
    elif kind == BY_ADDRESS:
        c.add(SERVER_ADDRESS)
    else:
        c.note(INVALID_TYPE, node, f"Invalid type: {kind} ({size} bytes)")


class Retry(Header):
    """Timeouts and a count, 12 octets, of requests to the authentication server."""

    __hdr__ = (("nominal", "I", 0), ("most", "I", 0), ("count", "I", 0))
    names = (
        F("nominal", f"{PREFIX}.cccV6.as_krb.nominal_timeout", "Nominal Timeout"),
        F("most", f"{PREFIX}.cccV6.as_krb.max_timeout", "Maximum Timeout"),
        F("count", f"{PREFIX}.cccV6.as_krb.max_retry_count", "Maximum Retry Count"),
    )


class ApplicationRetry(Retry):
    """The same of requests to the application server."""

    names = (
        F("nominal", f"{PREFIX}.cccV6.ap_krb.nominal_timeout", "Nominal Timeout"),
        F("most", f"{PREFIX}.cccV6.ap_krb.max_timeout", "Maximum Timeout"),
        F("count", f"{PREFIX}.cccV6.ap_krb.max_retry_count", "Maximum Retry Count"),
    )


def _retry(c: Cursor, node: Node, code: int) -> None:
    if c.left == 12:
        c.header(Retry if code == 4 else ApplicationRetry)
    else:
        _bogus(c, node)


def _realm(c: Cursor, node: Node, code: int) -> None:
    if c.more:
        names(c, REALM)


def _tickets(c: Cursor, node: Node, code: int) -> None:
    if c.left == 1:
        c.peek_add(TICKETS)
        c.add(FETCH)
    else:
        _bogus(c, node)


def _timer(c: Cursor, node: Node, code: int) -> None:
    if c.left != 1:
        _bogus(c, node)
    elif c.add(TIMER) > LONGEST:
        c.note(INVALID_TIME, "dhcpv6.packetcable.cccV6.prov_timer")


def _control(c: Cursor, node: Node, code: int) -> None:
    if c.left != 2:
        _bogus(c, node)
        return
    at = c.pos
    value = c.add(CONTROL)
    for bit in CONTROL_BITS:
        c.put(bit, (value & bit.mask) >> bit.shift, at, 2)


LONGEST = 30
"""Minutes that provisioning may take."""

ELEMENTS: dict[int, Reader] = {
    3: _provisioning_server,
    4: _retry,
    5: _retry,
    6: _realm,
    7: _tickets,
    8: _timer,
    9: _control,
}
