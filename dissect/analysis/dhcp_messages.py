"""What DHCPv6 and DHCP messages say, in one language (RFC 9915; RFC 2131).

Relay agents' messages are unwrapped: what counts is the message that they carry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.address.mac import mac_of
from dissect.analysis.dhcpv6_octets import (
    CLIENT_ID,
    IA_ADDRESS,
    IA_NA,
    IA_PD,
    IA_PREFIX,
    IA_TA,
    RELAY_MESSAGE,
    SERVER_ID,
    STATUS_CODE,
    Lent,
    ordinary,
)
from dissect.analysis.inside import Inside, Reader, values
from dissect.protocols.dhcp.codes import MESSAGES as DHCP_NAMES
from dissect.protocols.dhcpv6.codes import MESSAGES as DHCPV6_NAMES
from dissect.protocols.dhcpv6.codes import STATUS

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.engine.tree import Node

RELAYED = (12, 13)
ASSOCIATIONS = {IA_NA: "address", IA_TA: "temporary address", IA_PD: "prefix"}
ANSWERS = frozenset((2, 7, 10))
"""Advertise, Reply and Reconfigure."""
OPTION = "dhcpv6.option.type_str"


class Message(NamedTuple):
    """What a client or server says.

    client   its DUID, in DHCP its hardware address; where there is none, its IP address
    mac      the client's, as far as the message tells; empty otherwise
    xid      the transaction's number
    server   its DUID, in DHCP its address
    elapsed  seconds that the client has been trying for, as it says
    relays   the links' addresses that relay agents tell, the client's first
    failed   what did not work, in words of the protocol; empty if nothing
    name     the host name that the client tells
    renews   a client that has an address asks to keep it: in DHCP, where some clients do that with
             the number that they got it with
    """

    at: Place
    kind: str
    is_answer: bool
    client: bytes
    mac: bytes
    xid: int
    server: bytes
    elapsed: float | None
    relays: tuple[bytes, ...]
    failed: str
    lent: tuple[Lent, ...]
    name: str
    renews: bool = False


# --- DHCPv6 ------------------------------------------------------------------------------------


def dhcpv6_message(outer: Inside) -> Iterator[Message]:
    """That of a client or server, out of those of relay agents."""
    is_relayed = bool(outer.octets) and outer.octets[0] in RELAYED
    said = (SAID_TO_RELAY if is_relayed else SAID)(outer)
    if said is None or outer.ip is None:
        return
    address = said.peer or (outer.ip.dst if said.is_answer else outer.ip.src)
    frame = outer.mac if not is_relayed and not said.is_answer else b""
    mac = frame or mac_of(address[8:]) or _mac_of_duid(said.duid)
    xid = said.xid if is_relayed else int.from_bytes(outer.octets[1:4])
    yield Message(
        outer.place, said.kind, said.is_answer, said.duid or address, mac, xid, said.server,
        said.elapsed, said.links, said.failed, said.lent, said.name,
    )  # fmt: skip


class Said(NamedTuple):
    """What a DHCPv6 message says, whoever says it; the fields are as those of ``Message``."""

    kind: str
    is_answer: bool
    duid: bytes
    peer: bytes
    xid: int
    server: bytes
    elapsed: float | None
    links: tuple[bytes, ...]
    failed: str
    lent: tuple[Lent, ...]
    name: str


def by_tree(outer: Node) -> Said | None:
    """What a message says; None where there is none of a client or server."""
    node: Node | None = outer
    relays: list[Node] = []
    while node is not None and _field(node, "dhcpv6.msgtype") in RELAYED:
        relays.append(node)
        node = next(_inside(node, RELAY_MESSAGE), None)
    if node is None or _field(node, "dhcpv6.xid") is None:
        return None
    kind = _field(node, "dhcpv6.msgtype")
    if kind not in DHCPV6_NAMES:
        return None
    options = {_code(one): one for one in reversed(node.children or ()) if one.name == OPTION}
    elapsed = _value(options.get(8), "dhcpv6.elapsed_time")
    status = _value(options.get(STATUS_CODE), "dhcpv6.status_code") or 0
    lent = tuple(one for option in node.children or () for one in _association(option))
    return Said(
        DHCPV6_NAMES[kind], kind in ANSWERS,
        _value(options.get(CLIENT_ID), "dhcpv6.duid.bytes") or b"",
        (_field(relays[-1], "dhcpv6.peeraddr") or b"") if relays else b"",
        _field(node, "dhcpv6.xid"), _value(options.get(SERVER_ID), "dhcpv6.duid.bytes") or b"",
        None if elapsed is None else elapsed / 1000,
        tuple(_field(relay, "dhcpv6.linkaddr") or b"" for relay in reversed(relays)),
        _failures(status, lent), lent, str(_value(options.get(39), "dhcpv6.client_domain") or ""),
    )  # fmt: skip


def _failures(status: int, lent: tuple[Lent, ...]) -> str:
    codes = [code for code in (status, *(one.status for one in lent)) if code]
    return ", ".join(dict.fromkeys(STATUS.get(code, str(code)) for code in codes))


def by_octets(octets: bytes) -> Said | None:
    """The same of an ordinary message; None of others."""
    told = ordinary(octets)
    if told is None:
        return None
    return Said(
        DHCPV6_NAMES[told.kind], told.kind in ANSWERS, told.client, b"",
        int.from_bytes(octets[1:4]), told.server,
        None if told.elapsed is None else told.elapsed / 100, (),
        _failures(told.status, told.lent), told.lent, "",
    )  # fmt: skip


SAID = Reader(by_tree, ignored=(1, 4), ordinary=by_octets)
SAID_TO_RELAY = Reader(by_tree, ignored=(0, 0))
"""A message that no relay agent has passed on begins with its type and transaction number."""


def _association(option: Node) -> Iterator[Lent]:
    """Addresses and prefixes of an identity association; what is refused has no address."""
    what = ASSOCIATIONS.get(_code(option))
    if what is None:
        return
    number = _field(option, "dhcpv6.iaid") or _field(option, "dhcpv6.iata") or ""
    t1, t2 = (_field(option, f"dhcpv6.iaid.{name}") for name in ("t1", "t2"))
    inside = [one for one in option.children or () if one.name == OPTION]
    status = next((_value(one, "dhcpv6.status_code") or 0 for one in inside
                   if _code(one) == STATUS_CODE), 0)  # fmt: skip
    found = False
    for one in inside:
        if _code(one) in (IA_ADDRESS, IA_PREFIX):
            told = values(one)
            form = "iaprefix" if _code(one) == IA_PREFIX else "iaaddr"
            address = told.get("dhcpv6.iaprefix.pref_addr" if form == "iaprefix"
                               else "dhcpv6.iaaddr.ip")  # fmt: skip
            if address is not None:
                found = True
                yield Lent(
                    what, number, address, told.get("dhcpv6.iaprefix.pref_len", 128),
                    told.get(f"dhcpv6.{form}.pref_lifetime"),
                    told.get(f"dhcpv6.{form}.valid_lifetime"), t1, t2,
                    told.get("dhcpv6.status_code", status),
                )  # fmt: skip
    if status and not found:
        yield Lent(what, number, b"", 128, None, None, t1, t2, status)


def _inside(relay: Node, code: int) -> Iterator[Node]:
    """The message in a relay's message."""
    for option in relay.children or ():
        if option.name == OPTION and _code(option) == code:
            yield from (one for one in option.children or () if one.name == "dhcpv6")


def _code(option: Node) -> int:
    return _field(option, "dhcpv6.option.type") or 0


def _field(node: Node, name: str) -> Any:
    """The value of a child."""
    for one in node.children or ():
        if one.field.name == name:
            return one.value
    return None


def _value(node: Node | None, name: str) -> Any:
    """The value of what is below an option; None without the option."""
    return None if node is None else values(node).get(name)


def _mac_of_duid(duid: bytes) -> bytes:
    """The Ethernet address that a DUID was made of (RFC 9915, sections 11.2 and 11.4)."""
    for head, start in ((b"\0\1\0\1", 8), (b"\0\3\0\1", 4)):
        if duid.startswith(head) and len(duid) == start + 6:
            return duid[start:]
    return b""


# --- DHCP --------------------------------------------------------------------------------------

DHCP_ANSWERS = frozenset(("Offer", "ACK", "NAK"))


def dhcp_message(message: Inside) -> Iterator[Message]:
    """That of a client or server; BOOTP's have no type and are left out."""
    told = VALUES(message)
    kind = told.get("dhcp.option.dhcp")
    client = told.get("dhcp.hw.mac_addr", told.get("dhcp.hw.addr"))
    if kind in DHCP_NAMES:
        yield _dhcp(told, DHCP_NAMES[kind], client or b"", message.place)


VALUES = Reader(values, ignored=(0, 0))


def _dhcp(told: dict[str, Any], kind: str, client: bytes, place: Place) -> Message:
    relay, yours, mine = (told[f"dhcp.ip.{name}"] for name in ("relay", "your", "client"))
    times = [told.get(f"dhcp.option.{name}") for name in (
        "ip_address_lease_time", "renewal_time_value", "rebinding_time_value")]  # fmt: skip
    address = yours if any(yours) else told.get("dhcp.option.requested_ip_address", mine)
    lent: tuple[Lent, ...] = ()
    if any(address):
        lent = (Lent("address", "", address, 32, times[0], times[0], times[1], times[2]),)
    return Message(
        place, kind, kind in DHCP_ANSWERS, client or address, client if len(client) == 6 else b"",
        told["dhcp.id"], told.get("dhcp.option.dhcp_server_id", b""), told["dhcp.secs"],
        (relay,) if any(relay) else (),
        told.get("dhcp.option.message", "NAK") if kind == "NAK" else "", lent,
        told.get("dhcp.option.hostname", ""), kind == "Request" and any(mine),
    )  # fmt: skip
