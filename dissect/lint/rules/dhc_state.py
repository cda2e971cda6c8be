"""DHCPv6 over time: questions with their answers, and leases (RFC 8415)."""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.session import Table
from dissect.lint.dhcpv6 import (
    ADVERTISE,
    CLIENT,
    CLIENT_ID,
    HEADS,
    IA_ADDRESS,
    IA_PREFIX,
    RAPID,
    REPLY,
    SERVER_ID,
    SOLICIT,
    STATUS,
    DialogueListener,
    Said,
    lifetimes,
)
from dissect.lint.rule import Hit, Hits, rule
from dissect.lint.words import ip
from dissect.verdict import Level

SECOND = 1_000_000_000


class Asked(NamedTuple):
    """A client's message that waits for an answer."""

    kind: int
    rapid: bool
    client: bytes


@rule(
    "DHC-004", Level.ERROR, "RFC 8415, sections 16.3 and 16.10", "Answer with wrong identifiers",
    why="An answer says whose it is and who asked; clients discard others.",
    fix="Copy the Client Identifier from the question; add the server's own.",
    on="dhcpv6", field="dhcpv6.msgtype", whole=True,
)  # fmt: skip
class Identifiers(DialogueListener):
    """The questions by transaction."""

    def __init__(self) -> None:
        self.asked: Table[bytes] = Table(8192)

    def heard(self, said: Said) -> Hits:
        """A question without identifier may be answered without."""
        client = said.value(CLIENT_ID)
        if said.kind in CLIENT:
            self.asked.put(said.xid, client)
        elif said.kind in (ADVERTISE, REPLY):
            asked = self.asked.get(said.xid)
            if not said.has(SERVER_ID):
                yield Hit(f"{said.name}: lacks the Server Identifier")
            if said.kind == ADVERTISE and not client:
                yield Hit(f"{said.name}: lacks the Client Identifier")
            elif asked is not None and asked != client:
                what = "foreign" if client else "missing"
                yield Hit(f"{said.name}: {what} Client Identifier {client.hex(':')}",
                          field="dhcpv6.duid.bytes")  # fmt: skip


@rule(
    "DHC-015", Level.WARNING, "RFC 8415, sections 15, 16.1 and 18.2.1", "Answer to no question",
    why="Clients ignore answers whose transaction they don't know, and a Reply to a Solicit unless "
        "both have agreed on Rapid Commit.",
    fix="Copy the transaction; send Advertise where Rapid Commit isn't on both sides.",
    on="dhcpv6", field="dhcpv6.xid", two_way=True,
)  # fmt: skip
class Transactions(DialogueListener):
    """What was asked, by transaction."""

    def __init__(self) -> None:
        self.asked: Table[Asked] = Table(8192)

    def heard(self, said: Said) -> Hits:
        """Once a question was seen."""
        if said.kind in CLIENT:
            asked = Asked(said.kind, said.has(RAPID), said.value(CLIENT_ID))
            self.asked.put(said.xid, asked)
        elif said.kind in (ADVERTISE, REPLY) and self.asked.entries:
            known = self.asked.get(said.xid)
            if known is None:
                yield Hit(f"{said.name} xid {said.xid:#08x}: never asked for")
            elif (
                said.kind == REPLY
                and known.kind == SOLICIT
                and not (known.rapid and said.has(RAPID))
            ):
                yield Hit(f"{said.name} xid {said.xid:#08x}: answers a Solicit, no Rapid Commit",
                          key=f"rapid {said.xid:#08x}")  # fmt: skip


@rule(
    "DHC-016", Level.WARNING, "RFC 8415, sections 12 and 18.3", "Lease of two clients, two servers",
    why="Two clients with one address disturb each other.  Two servers that don't know of each "
        "other give out the same; a second one may be somebody's home router.",
    fix="Let servers share their leases, or give them different pools.",
    on="dhcpv6", field="dhcpv6.iaaddr.ip",
)  # fmt: skip
class Leases(DialogueListener):
    """Who has which lease, until when; and who answers."""

    def __init__(self) -> None:
        self.leases: Table[tuple[bytes, int]] = Table(65536)
        self.servers: Table[dict[bytes, bool]] = Table(256)

    def heard(self, said: Said) -> Hits:
        """The same address for two clients is an error."""
        if said.kind not in (ADVERTISE, REPLY):
            return
        server, client = said.value(SERVER_ID), said.value(CLIENT_ID)
        servers = self.servers.get(said.wire) or self.servers.put(said.wire, {})
        if server and server not in servers and len(servers) < 32:
            servers[server] = True
            if len(servers) > 1:
                yield Hit(f"{len(servers)} DHCPv6 servers answer", level=Level.NOTE,
                          key="servers", field="dhcpv6.duid.bytes")  # fmt: skip
        if said.kind != REPLY or (
            said.has(STATUS) and said.value(STATUS)[:2] not in (b"", b"\0\0")
        ):
            return
        for _, lease in said.leases():
            if len(lease.value) < HEADS[lease.code] or not client:
                continue
            if lease.code == IA_ADDRESS:
                name = ip(lease.value[:16])
            else:
                name = f"{ip(lease.value[9:25])}/{lease.value[8]}"
            _, valid = lifetimes(lease)
            before = self.leases.get(name)
            if before is not None and before[0] != client and said.time < before[1] and valid:
                yield Hit(f"{name} leased to {before[0].hex(':')} and {client.hex(':')}",
                          level=Level.ERROR, key=name,
                          field="dhcpv6.iaaddr.ip" if lease.code != IA_PREFIX
                          else "dhcpv6.iaprefix.pref_addr")  # fmt: skip
            if valid:
                self.leases.put(name, (client, said.time + valid * SECOND))
            else:
                self.leases.pop(name)
