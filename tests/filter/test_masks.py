"""What columns say of a packet, its tree says too; what they don't know, they leave open."""

from __future__ import annotations

import io
from itertools import compress, cycle, islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from dissect.api import open_capture
from dissect.columns.read import chunks
from dissect.filter import compile_filter
from dissect.filter.masks import Truth, decider
from tests.captures_list import OURS, name
from tests.filter.filters import ACCEPTED, lines
from tests.lines.test_listing import made

OF_OURS = (
    'addr.kind == "link-local"', 'src.kind == "documentation"', 'dst.scope == "link-local"',
    'addr.iid == "eui64"', 'addr.kind != "multicast"', 'all addr.kind == "documentation"',
    "addr.kind", 'not dst.kind in {"multicast", "link-local"}', "tunnel.depth == 1",
    "icmpv6.opt.prefix", "not icmpv6.opt.prefix == 2001:db8::/32", "icmpv6.opt.rdnss or tcp",
    "icmpv6.opt.dnssl", "icmpv6.opt.route_lifetime < 600", "icmpv6.opt.prefix.flag.a == 1",
    "ipv6.hlim == 64 xor tcp", "udp[8:4] == 00:00:00:00", "all ipv6.addr in {fe80::/10, ff00::/8}",
)  # fmt: skip
FILTERS = [compile_filter(text) for text in (*lines(ACCEPTED), *OF_OURS)]
MOST = 300
"""Packets of each file that are looked at."""


@pytest.mark.parametrize("path", OURS, ids=name)
def test_columns_and_tree_give_the_same_answer(path: Path) -> None:
    filters = FILTERS if path.stat().st_size < 10_000 else FILTERS[::7]
    with open_capture(str(path)) as capture:
        packets = list(islice(capture, MOST))
        answers = next([it.decide(chunk) for it in filters] for chunk in chunks(capture))
    for wanted, truth in zip(filters, answers, strict=True):
        assert not (truth.true & ~truth.known).any()
        for row in np.flatnonzero(truth.known[:MOST]).tolist():
            assert wanted(packets[row]) == truth.true[row], f"{wanted.text}: packet {row + 1}"


def test_options_are_missed_in_no_message_however_broken() -> None:
    """Messages of Neighbor Discovery with octets changed behind the addresses, and cut."""
    chance = Random(4861)
    samples = []
    for path in (path for path in OURS if path.name.startswith("icmpv6_nd")):
        with open_capture(str(path)) as capture:
            chains = ((packet.data, packet.chain) for packet in capture)
            samples += [data for data, chain in chains if chain == "eth:ethertype:ipv6:icmpv6"]
    packets = []
    for whole in islice(cycle(samples), 3000):
        changed = bytearray(whole)
        changed[54] = chance.choice((133, 134, 135, 136, 137, whole[54]))
        for _ in range(chance.randrange(4)):
            changed[chance.randrange(54, len(changed))] = chance.choice(
                (0, 1, 2, 3, 14, 24, 25, 31)
            )
        packets.append(bytes(changed[: chance.choice((None, None, 70, 94))]))
    octets = made(packets)
    (chunk,) = chunks(io.BytesIO(octets))
    with open_capture(io.BytesIO(octets)) as capture:
        decoded = list(capture)
    for text in ("icmpv6.opt.prefix", "icmpv6.opt.rdnss", "icmpv6.opt.route_lifetime"):
        wanted = compile_filter(text)
        known = wanted.decide(chunk).known
        assert known.any()
        assert not any(map(wanted, compress(decoded, known))), text
        assert any(map(wanted, decoded))


def decided(text: str) -> Truth:
    """The answers for forty packets."""
    path = next(path for path in OURS if path.name == "tour.pcapng")
    return next(compile_filter(text).decide(chunk) for chunk in chunks(str(path)))


@pytest.mark.parametrize(
    "text",
    ["ipv6.hlim == 64", "ipv6.src == fe80::/10", "tcp.flags & 2", "eth.src[0:3] == 00:00:5e",
     "udp.port in {53, 1000..2000}", "ipv6", "not tcp or ipv6.plen > 100", "frame.len > 100",
     'addr.kind == "link-local"'],
)  # fmt: skip
def test_most_packets_need_no_tree(text: str) -> None:
    assert decided(text).known.sum() > 30


def test_a_string_is_looked_for_only_where_its_protocol_is() -> None:
    text = 'dns.qry.name contains "www"'
    assert decider(compile_filter(text).test) is None
    answer = decided(text)
    assert 0 < (~answer.known).sum() < 20
    assert not answer.true.any()


def truth(text: str) -> Truth:
    """t: true, f: false, ?: not known."""
    return Truth(np.array([c == "t" for c in text]), np.array([c != "?" for c in text]))


def shown(it: Truth) -> str:
    return "".join(
        "?" if not known else "ft"[int(true)]
        for true, known in zip(it.true, it.known, strict=True)
    )  # fmt: skip


def test_what_is_not_known_may_not_matter() -> None:
    left, right = truth("tttfff???"), truth("tf?tf?tf?")
    assert shown(left & right) == "tf?fff?f?"
    assert shown(left | right) == "ttttf?t??"
    assert shown(left ^ right) == "ft?tf????"
    assert shown(~left) == "ffftttddd".replace("d", "?")
