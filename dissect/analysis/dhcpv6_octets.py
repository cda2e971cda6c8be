"""What ordinary DHCPv6 messages say, by their octets alone: trees are made of the others."""

from __future__ import annotations

import struct
from typing import NamedTuple

ORDINARY = range(1, 12)
"""Types of messages of clients and servers that have a transaction number and options alone."""
CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDRESS, ELAPSED, RELAY_MESSAGE = 1, 2, 3, 4, 5, 8, 9
STATUS_CODE, IA_PD, IA_PREFIX, CLIENT_NAME = 13, 25, 26, 39
WITH_TREE = frozenset((IA_TA, RELAY_MESSAGE, CLIENT_NAME))
ASSOCIATED = {
    IA_NA: ("address", IA_ADDRESS, struct.Struct(">16sII")),
    IA_PD: ("prefix", IA_PREFIX, struct.Struct(">IIB16s")),
}
"""Of an identity association what it lends, in which option, and how that is laid out."""


class Lent(NamedTuple):
    """An address or prefix that a message names.

    length  of the prefix, or all bits
    times   preferred and valid lifetime, T1 and T2 in seconds; None: not said
    """

    what: str
    association: str
    address: bytes
    length: int
    preferred: int | None
    valid: int | None
    t1: int | None
    t2: int | None
    status: int = 0


class Ordinary(NamedTuple):
    """Its type, identifiers, hundredths of a second that it took so far, status, what is lent."""

    kind: int
    client: bytes
    server: bytes
    elapsed: int | None
    status: int
    lent: tuple[Lent, ...]


def ordinary(octets: bytes) -> Ordinary | None:
    """None of a message that has something unusual, which takes a tree to be read."""
    found: dict[int, bytes] = {}
    lent: list[Lent] = []
    options = _options(octets, 4)
    if options is None or octets[0] not in ORDINARY:
        return None
    for code, value in options:
        if code in WITH_TREE:
            return None
        if code in ASSOCIATED:
            named = _association(code, value)
            if named is None:
                return None
            lent += named
        found.setdefault(code, value)
    client, server, elapsed, status = (
        found.get(code) for code in (CLIENT_ID, SERVER_ID, ELAPSED, STATUS_CODE)
    )
    if any(value is not None and len(value) < 2 for value in (client, server, status)):
        return None
    if elapsed is not None and len(elapsed) != 2:
        return None
    return Ordinary(
        octets[0], client or b"", server or b"",
        None if elapsed is None else int.from_bytes(elapsed), int.from_bytes((status or b"")[:2]),
        tuple(lent),
    )  # fmt: skip


def _options(octets: bytes, at: int) -> list[tuple[int, bytes]] | None:
    """Codes and values up to the end (RFC 9915, section 21.1); None where one doesn't fit."""
    found = []
    while at + 4 <= len(octets):
        code, size = octets[at] << 8 | octets[at + 1], octets[at + 2] << 8 | octets[at + 3]
        at += 4 + size
        found.append((code, octets[at - size : at]))
    return found if at == len(octets) else None


def _association(code: int, value: bytes) -> list[Lent] | None:
    """What an identity association lends (sections 21.4 and 21.21); refused, without an address."""
    what, wanted, layout = ASSOCIATED[code]
    options = _options(value, 12)
    if options is None:
        return None
    number, t1, t2 = value[:4].hex(), int.from_bytes(value[4:8]), int.from_bytes(value[8:12])
    statuses = [inside for option, inside in options if option == STATUS_CODE]
    if any(len(inside) < 2 for inside in statuses):
        return None
    status = int.from_bytes(statuses[0][:2]) if statuses else 0
    found = []
    for option, inside in options:
        if option == STATUS_CODE:
            continue
        if option != wanted or len(inside) != layout.size:
            return None
        if code == IA_NA:
            (address, preferred, valid), length = layout.unpack(inside), 128
        else:
            preferred, valid, length, address = layout.unpack(inside)
        if length > 128:
            return None
        found.append(Lent(what, number, address, length, preferred, valid, t1, t2, status))
    if status and not found:
        found.append(Lent(what, number, b"", 128, None, None, t1, t2, status))
    return found
