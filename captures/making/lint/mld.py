"""Cases of the rules of Multicast Listener Discovery."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    ALL_ROUTERS,
    HOST,
    HOST_LOCAL,
    HOST_MAC,
    ROUTER,
    ROUTER_LOCAL,
    ROUTER_MAC,
    ethernet,
    icmpv6,
    ip6,
    ipv6,
    multicast_mac,
    option,
    padded_options,
)
from making.lint import At, Case, broken, near

NOBODY = bytes(16)
GROUP = ip6("ff12::6006")
MLD2_ROUTERS = ip6("ff02::16")
ALERT = option(5, b"\0\0")
QUERY, REPORT, DONE, REPORT_2 = 130, 131, 132, 143
LOWER = ip6("fe80::6")


def mld(
    kind: int, body: bytes, src: bytes, dst: bytes, *, hlim: int = 1, options: bytes | None = ALERT,
) -> bytes:  # fmt: skip
    """A message with Router Alert, in a frame."""
    message = icmpv6(kind, 0, body, src, dst)
    if options is None:
        packet = ipv6(message, 58, src, dst, hlim=hlim)
    else:
        packet = ipv6(padded_options(58, options) + message, 0, src, dst, hlim=hlim)
    by = HOST_MAC if src in (HOST_LOCAL, HOST, NOBODY) else ROUTER_MAC
    return ethernet(packet, src=by, dst=multicast_mac(dst) if dst[0] == 0xFF else HOST_MAC)


def query(
    group: bytes = NOBODY, dst: bytes | None = None, src: bytes = ROUTER_LOCAL, *, version: int = 2,
    tail: bytes | None = None, robustness: int = 2, interval: int = 125, sources: int = 0,
    **more: int,
) -> bytes:  # fmt: skip
    """A query."""
    body = struct.pack(">HH", 10000, 0) + group
    if tail is not None:
        body += tail
    elif version == 2:
        body += struct.pack(">BBH", robustness, interval, sources)
    to = dst or (ALL_NODES if group == NOBODY else group)
    return mld(QUERY, body, src, to, **more)


def record(group: bytes = GROUP, kind: int = 4, aux: int = 0, sources: int = 0) -> bytes:
    """A record of a report."""
    return struct.pack(">BBH", kind, aux, sources) + group


def report(*records: bytes, count: int | None = None, src: bytes = HOST_LOCAL,
           dst: bytes = MLD2_ROUTERS) -> bytes:  # fmt: skip
    """A report of version 2."""
    head = struct.pack(">HH", 0, len(records) if count is None else count)
    return mld(REPORT_2, head + b"".join(records), src, dst)


def old(kind: int = REPORT, group: bytes = GROUP, dst: bytes | None = None,
        src: bytes = HOST_LOCAL) -> bytes:  # fmt: skip
    """A report, or done, of version 1."""
    to = dst or (ALL_ROUTERS if kind == DONE else group)
    return mld(kind, bytes(4) + group, src, to)


def cases() -> Iterator[Case]:
    """Messages by themselves, then queriers and versions."""
    yield broken("MLD-001", query(hlim=64))
    yield near("MLD-001", "hop limit 1", query(), report(record()))
    body = struct.pack(">HH", 10000, 0) + NOBODY + struct.pack(">BBH", 2, 125, 0)
    yield broken("MLD-002", mld(QUERY, body, ROUTER_LOCAL, ALL_NODES, options=None))
    yield broken("MLD-002", mld(QUERY, body, ROUTER_LOCAL, ALL_NODES, options=option(5, b"\0\1")))
    yield near("MLD-002", "Router Alert 0", query())
    yield broken("MLD-003", query(src=ROUTER))
    yield broken("MLD-003", query(src=NOBODY))
    yield broken("MLD-003", report(record(), src=HOST))
    yield near("MLD-003", "a report from nobody yet", report(record(), src=NOBODY))
    yield broken("MLD-004", query(dst=ALL_ROUTERS))
    yield broken("MLD-004", report(record(), dst=ALL_ROUTERS))
    yield broken("MLD-004", old(DONE, dst=GROUP))
    yield broken("MLD-004", old(dst=ALL_ROUTERS))
    yield near("MLD-004", "each to its own", query(), query(GROUP), report(record()), old(),
               old(DONE))  # fmt: skip
    yield near("MLD-004", "to one host, for debugging", query(dst=HOST_LOCAL))
    yield broken("MLD-005", query(HOST, dst=ALL_NODES))
    yield broken("MLD-005", query(tail=b"\2\x7d"))
    yield broken("MLD-005", query(sources=6))
    yield broken("MLD-005", report(record(), count=6))
    yield broken("MLD-005", report(record(HOST)))
    yield near("MLD-005", "as long as the counts say", query(), query(version=1),
               report(record(), record(ip6("ff12::6"))))  # fmt: skip
    yield broken("MLD-006", report(record(kind=7)))
    yield broken("MLD-006", report(record(aux=1) + bytes(4)))
    yield near("MLD-006", "types 1 and 6", report(record(kind=1), record(kind=6)))
    yield broken("MLD-007", report(record(ALL_NODES)))
    yield broken("MLD-007", old(group=ip6("ff01::6006")))
    yield near("MLD-007", "a group of the link", report(record()), old())
    twice = query(src=LOWER), At(query(), after=20), At(query(src=LOWER), after=100)
    yield broken("MLD-008", *twice, At(query(), after=20))
    yield broken("MLD-008", query(robustness=1))
    yield broken("MLD-008", query(src=LOWER), At(query(interval=60), after=1))
    yield near("MLD-008", "the lower one takes over", query(), At(query(src=LOWER), after=20),
               At(query(src=LOWER), after=125))  # fmt: skip
    yield near("MLD-008", "the lower one is gone", query(src=LOWER), At(query(), after=300))
    yield broken("MLD-009", query(), query(version=1))
    yield broken("MLD-009", query(), report(record()), old())
    yield near("MLD-009", "an old host", query(), old())
