"""DHCPv6's messages, each by itself (RFC 8415)."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.lint.addresses import UNSPECIFIED, is_link_local, is_multicast
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.dhcpv6 import (
    ADVERTISE,
    AUTH,
    CLIENT,
    CLIENT_ID,
    CONFIRM,
    DECLINE,
    ELAPSED,
    FORWARD,
    HEADS,
    IA_NA,
    IA_PD,
    IA_PREFIX,
    IAS,
    INFORMATION,
    INTERFACE_ID,
    MESSAGE,
    ORO,
    REBIND,
    RECONF_MESSAGE,
    RECONFIGURE,
    RELAY,
    RELEASE,
    RENEW,
    REPLY,
    REQUEST,
    SERVER,
    SERVER_ID,
    SOLICIT,
    Said,
    lifetimes,
    message,
)
from dissect.lint.gathered import Mask
from dissect.lint.rule import HEARD, Hit, Hits, Like, alike, rule, suspects
from dissect.lint.words import ip
from dissect.verdict import Level

SERVER_PORT, CLIENT_PORT = 547, 546
HOPS, OLD_HOPS = 8, 32
TIMED = frozenset((IA_NA, IA_PD))


def datagram(at: At) -> At | None:
    """The UDP layer right around a message that is in no other one."""
    before = at.before
    while before is not None and not before.layer.title:
        before = before.before
    return before if before is not None and before.name == "udp" else None


@rule(
    "DHC-001", Level.ERROR, "RFC 8415, section 7.2", "DHCPv6 message to the wrong port",
    why="Servers and relays listen on 547, clients on 546.  Source ports may be any.",
    fix="Send client messages to 547, server messages to 546; between relays use 547.",
    on="dhcpv6", field="udp.dstport",
)  # fmt: skip
def port(at: At) -> Hits:
    """A server may answer a relay on the port that it asked from (RFC 8357)."""
    said, carrier = message(at), datagram(at)
    if said is None or carrier is None or carrier.header is None:
        return
    to = carrier.header.dport
    if said.kind in CLIENT or said.kind == FORWARD:
        wrong = to != SERVER_PORT
    else:
        wrong = said.kind in SERVER and to != CLIENT_PORT
    if wrong:
        yield Hit(f"{said.name} sent to UDP port {to}")


@rule(
    "DHC-002", Level.ERROR, "RFC 8415, sections 16 and 13.1", "DHCPv6 between the wrong addresses",
    why="A client that looks for servers asks all of them, from its link-local address.  Servers "
        "must discard such messages if they come to a unicast address.",
    fix="Send to ff02::1:2 from the link-local address.",
    on="dhcpv6", field="ipv6.dst",
)  # fmt: skip
def addresses(at: At) -> Hits:
    """Messages in a relay's come from the relay."""
    said, host = message(at), at.ip
    if said is None or said.relayed or host is None or host.header is None:
        return
    if host.name != "ipv6" or said.kind not in CLIENT:
        return
    src, dst = host.header.src, host.header.dst
    if said.kind in (SOLICIT, CONFIRM, REBIND, INFORMATION) and not is_multicast(dst):
        yield Hit(f"{said.name} {ip(src)} > {ip(dst)}: not to a group")
    elif is_multicast(dst) and not is_link_local(src):
        yield Hit(f"{said.name} {ip(src)} > {ip(dst)}: not from link-local", field="ipv6.src")


def lacking(said: Said, *codes: int) -> list[str]:
    """The names of options that a message should have, and hasn't."""
    names = {CLIENT_ID: "Client Identifier", SERVER_ID: "Server Identifier", ELAPSED:
             "Elapsed Time", ORO: "Option Request", AUTH: "Authentication", RECONF_MESSAGE:
             "Reconfigure Message"}  # fmt: skip
    return [names[code] for code in codes if not said.has(code)]


@rule(
    "DHC-003", Level.ERROR, "RFC 8415, section 16.2", "Solicit that servers must discard",
    why="A Solicit says who asks, and asks all servers.",
    fix="Add the Client Identifier; leave the Server Identifier out.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def solicit(at: At) -> Hits:
    """Both identifiers."""
    said = message(at)
    if said is not None and said.kind == SOLICIT:
        yield from _identifiers(said, with_server=False)


def _identifiers(said: Said, *, with_server: bool) -> Hits:
    if not said.has(CLIENT_ID):
        yield Hit(f"{said.name} lacks the Client Identifier")
    if with_server and not said.has(SERVER_ID):
        yield Hit(f"{said.name} lacks the Server Identifier")
    elif not with_server and said.has(SERVER_ID):
        yield Hit(f"{said.name} has a Server Identifier", field="dhcpv6.option.type")


@rule(
    "DHC-005", Level.ERROR, "RFC 8415, sections 16.4, 16.6, 16.8 and 16.9",
    "Message to one server without its identifier",
    why="Request, Renew, Decline and Release go to the server that gave the lease; all servers "
        "hear them, and discard those that don't say for whom they are.",
    fix="Copy the Server Identifier from the answer; add the Client Identifier.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def to_one(at: At) -> Hits:
    """Both identifiers."""
    said = message(at)
    if said is not None and said.kind in (REQUEST, RENEW, DECLINE, RELEASE):
        yield from _identifiers(said, with_server=True)


@rule(
    "DHC-006", Level.ERROR, "RFC 8415, sections 16.5 and 16.7",
    "Confirm or Rebind that servers must discard",
    why="Both go to any server: with a Server Identifier they must be discarded.",
    fix="Add the Client Identifier; leave the Server Identifier out.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def to_any(at: At) -> Hits:
    """Both identifiers."""
    said = message(at)
    if said is not None and said.kind in (CONFIRM, REBIND):
        yield from _identifiers(said, with_server=False)


@rule(
    "DHC-007", Level.ERROR, "RFC 8415, sections 16.11 and 16.12",
    "Information-request or Reconfigure that must be discarded",
    why="An Information-request asks for no address.  A Reconfigure goes to one client and proves "
        "who sent it, lest anybody could make clients renew.",
    fix="Leave identity associations out; authenticate Reconfigure, and send it by unicast.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def information(at: At) -> Hits:
    """Each by itself."""
    said, host = message(at), at.ip
    if said is None:
        return
    if said.kind == INFORMATION and any(said.has(code) for code in IAS):
        yield Hit("Information-request: carries an identity association",
                  field="dhcpv6.option.type")  # fmt: skip
    if said.kind != RECONFIGURE:
        return
    if host is not None and host.header is not None and is_multicast(host.header.dst):
        yield Hit("Reconfigure: sent to a group", field="ipv6.dst")
    missing = lacking(said, CLIENT_ID, SERVER_ID, RECONF_MESSAGE, AUTH)
    if missing:
        yield Hit(f"Reconfigure: lacks {', '.join(missing)}")


@rule(
    "DHC-008", Level.ERROR, "RFC 8415, sections 7.6 and 19.1.2", "Hop count of relays",
    why="Each relay adds one, up to 8: so a loop of relays ends.",
    fix="Take the count of the message inside, and add 1; the first relay begins with 0.",
    on="dhcpv6", field="dhcpv6.hopcount",
)  # fmt: skip
def hops(at: At) -> Hits:
    """The limit was 32 in RFC 3315: up to that it is a warning."""
    said = message(at)
    if said is None or said.kind not in RELAY or len(said.octets) < 2:
        return
    count = said.octets[1]
    if count > HOPS:
        yield Hit(f"Relay hop-count {count} invalid: more than {HOPS}",
                  level=Level.WARNING if count <= OLD_HOPS else None)  # fmt: skip
    inner = said.value(MESSAGE)
    if inner:
        expected = inner[1] + 1 if inner[0] in RELAY and len(inner) > 1 else 0
        if count != expected:
            yield Hit(f"Relay hop-count {count} invalid: the message inside makes it {expected}")


@rule(
    "DHC-009", Level.ERROR, "RFC 8415, sections 16.13, 16.14 and 19.1.1",
    "Relay message without what it relays",
    why="A relay's message holds another one.  Where it gives no address of the client's link, "
        "the server can't choose a prefix, and the relay can't find its way back.",
    fix="Add the Relay Message option; set link-address, or add an Interface-Id.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def relay(at: At) -> Hits:
    """Of the first relay."""
    said = message(at)
    if said is None or said.kind not in RELAY or len(said.octets) < 34:
        return
    if not said.has(MESSAGE):
        yield Hit(f"{said.name} lacks the Relay Message option")
    if (
        said.kind == FORWARD and said.octets[1] == 0 and said.octets[2:18] == UNSPECIFIED
        and not said.has(INTERFACE_ID)
    ):  # fmt: skip
        yield Hit(f"{said.name} with link-address :: lacks Interface-Id", level=Level.WARNING,
                  field="dhcpv6.linkaddr", key=f"link {ip(said.octets[18:34])}")  # fmt: skip


@rule(
    "DHC-010", Level.WARNING, "RFC 8415, sections 18.2 and 21.9", "Client message lacks an option",
    why="Clients say for how long they have been asking, so that other servers help out, and "
        "which options they want: a server needn't send others.",
    fix="Add Elapsed Time to all messages, Option Request where options are wanted.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
def elapsed(at: At) -> Hits:
    """Messages of version 2.0 of the protocol, so to say: RFC 3315 was less strict."""
    said = message(at)
    if said is None or said.kind not in CLIENT:
        return
    wanted = [ELAPSED]
    if said.kind in (SOLICIT, REQUEST, RENEW, REBIND, INFORMATION):
        wanted.append(ORO)
    for name in lacking(said, *wanted):
        yield Hit(f"{said.name} lacks {name}", key=f"{said.name} {name}")


@rule(
    "DHC-011", Level.ERROR, "RFC 8415, sections 21.4 and 21.21", "T1 later than T2",
    why="A client renews at T1 and, if that fails, asks everybody at T2.  Clients ignore the "
        "association otherwise.",
    fix="Set T1 to half, T2 to 0.8 of the shortest preferred lifetime.",
    on="dhcpv6", field="dhcpv6.iaid.t1",
)  # fmt: skip
def times(at: At) -> Hits:
    """0 leaves it to the client."""
    said = message(at)
    if said is None or said.kind not in (ADVERTISE, REPLY):
        return
    for one in said.options:
        if one.code in TIMED and len(one.value) >= 12:
            first, second = (int.from_bytes(one.value[n : n + 4], "big") for n in (4, 8))
            if first > second > 0:
                yield Hit(f"{one.name} T1 {first} > T2 {second}")


@rule(
    "DHC-012", Level.ERROR, "RFC 8415, sections 21.6 and 21.22", "Lease preferred for too long",
    why="Clients discard the address or prefix.",
    fix="Set the preferred lifetime at most as long as the valid one; zeros behind the prefix.",
    on="dhcpv6", field="dhcpv6.iaaddr.pref_lifetime",
)  # fmt: skip
def lease(at: At) -> Hits:
    """Prefixes that can't be some are a warning; a client's may be hints."""
    said = message(at)
    if said is None:
        return
    for _, one in said.leases():
        if len(one.value) < HEADS[one.code]:
            continue
        preferred, valid = lifetimes(one)
        prefix = one.code == IA_PREFIX
        shown = f"{ip(one.value[9:25])}/{one.value[8]}" if prefix else ip(one.value[:16])
        if preferred > valid:
            yield Hit(f"{shown} preferred {preferred} > valid {valid}", key=shown)
        if prefix and said.kind in (ADVERTISE, REPLY):
            length = one.value[8]
            bits = int.from_bytes(one.value[9:25], "big")
            if not 0 < length <= 128 or bits & (1 << 128 - length) - 1:
                yield Hit(f"Delegated prefix {shown} invalid", level=Level.WARNING, key=shown,
                          field="dhcpv6.iaprefix.pref_addr")  # fmt: skip


@suspects("DHC", HEARD)
def untold(batch: Batch) -> Mask:
    """Relays' messages, and what the columns don't tell of."""
    mask = batch.layers("dhcpv6") & ~batch.quoting
    mask[batch.dialogues.rows] = False
    return mask


@alike("DHC")
def messages(batch: Batch) -> Iterator[Like]:
    """All but the transaction, and what rules ask of the addresses and ports."""
    for said in batch.dialogues.told:
        octets, dst = said.octets, said.dst
        ends = (is_link_local(said.src), is_multicast(dst), octets[0])
        about = bytes(ends) + said.port.to_bytes(2, "big")
        yield Like(said.row, about + octets[4:], said.src)
