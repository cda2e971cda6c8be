"""What a capture shows that was not on the wire, or doesn't show that was.

Cut packets, checksums that hardware fills in later, segments that are cut or joined by the
interface, packets seen twice, clocks that go back, one direction only: whatever rules are asked,
this is looked at, so that they don't blame anybody for it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from dissect.capture.table import NO_TIME
from dissect.columns.layout import Item, gather
from dissect.engine.packet import Packet
from dissect.lint.batch import MIX, Batch
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.lint.at import Context

MOST_MACS, MOST_FLOWS = 4096, 65536
MOSTLY, SELDOM, ENOUGH = 0.9, 0.1, 3
"""The share of wrong checksums of who offloads, and of everybody else; how many there must be."""
REPEATED = 0.05
"""The share of packets that come twice at a mirrored port."""
LONGEST_FRAME = 1522
"""Octets of an Ethernet frame with a VLAN tag."""
MILLISECOND = 1_000_000
LOOK_BACK = 3
"""Packets before a packet among which its duplicate is looked for."""
COMPARED = 48
FEW = 8
"""MAC addresses of a chunk that are counted one by one."""
SENDER = Item(">u8", 6, 8, 16, (1 << 48) - 1)
"""The source address of an Ethernet frame."""
CHECKED = {"ip": "ip.checksum_bad.expert", "tcp": "tcp.checksum_bad.expert",
           "udp": "udp.checksum.bad", "icmpv6": "icmpv6.checksum_bad.expert"}  # fmt: skip


def _mac(number: np.int64) -> bytes:
    """The MAC address that makes a number."""
    return int(number).to_bytes(6, "big")


class Artefacts:
    """What was seen so far."""

    def __init__(self) -> None:
        self.cut = 0
        self.first_cut: Packet | None = None
        self.right: Counter[bytes] = Counter()
        self.wrong: Counter[bytes] = Counter()
        """Checksums by the MAC address of who sent them."""
        self.left: Counter[bytes] = Counter()
        """Those that are the pseudo-header's sum alone."""
        self.back = self.duplicates = self.long = 0
        self.first: dict[str, Packet] = {}
        self.flows: dict[int, int] = {}
        """TCP connections: in which directions packets were seen."""
        self.two_way = False
        self._time: dict[int, int] = {}
        self.packets = 0

    def left_to_card(self, mac: bytes) -> None:
        """A stack has left a checksum to its network card."""
        self._count(self.left, mac, 1)

    # --- what follows from it ------------------------------------------------------------------

    @property
    def offloading(self) -> set[bytes]:
        """The MAC addresses whose checksums are nearly all wrong, while those of others aren't."""
        found = {mac for mac in self.left if mac}
        all_right, all_wrong = sum(self.right.values()), sum(self.wrong.values())
        for mac, wrong in self.wrong.items():
            right = self.right[mac]
            others = all_right - right, all_wrong - wrong
            if (
                mac and wrong >= ENOUGH and wrong >= MOSTLY * (wrong + right)
                and others[0] and others[1] <= SELDOM * sum(others)
            ):  # fmt: skip
                found.add(mac)
        return found

    @property
    def one_sided(self) -> bool:
        """Whether there are several connections, and of each only one direction."""
        return not self.two_way and len(self.flows) >= ENOUGH

    @property
    def mirrored(self) -> bool:
        """Whether many packets were seen twice: a single one may have been sent twice."""
        return self.duplicates >= ENOUGH and self.duplicates >= REPEATED * self.packets

    # --- what comes in -------------------------------------------------------------------------

    def packet(self, context: Context) -> None:
        """A packet that the columns are not sure of: its checksums."""
        if context.cut:
            return
        wrong = {found.note.name for found in context.packet.findings}
        for place, layer in enumerate(context.layers):
            note = CHECKED.get(layer.name)
            if note is None or layer.quoted or layer.header is None or context.parts[place]:
                continue
            link = context.links[place]
            header = context.layers[link].header if link >= 0 else None
            if header is not None and getattr(layer.header, "sum", None):
                counter = self.wrong if note in wrong else self.right
                self._count(counter, bytes(header.src), 1)

    def batch(self, batch: Batch) -> None:
        """A chunk."""
        chunk = batch.chunk
        self.packets += len(batch)
        if chunk.cut:
            cut = np.flatnonzero(chunk.original > chunk.captured)
            self.cut += len(cut)
            if len(cut) and self.first_cut is None:
                self.first_cut = chunk.packet(int(cut[0]))
        sums, headers = batch.sums, batch.summed_headers
        for rows, right in ((sums.rows, sums.right), (headers.rows, headers.right)):
            self._sums(self.right, batch, rows[right])
            self._sums(self.wrong, batch, rows[~right])
        self._sums(self.left, batch, sums.rows[sums.left])
        self._times(batch)
        self._twice(batch)
        long = np.flatnonzero((chunk.original > LONGEST_FRAME) & batch.layers("eth"))
        self._found("long", batch, long.tolist())
        if not self.two_way:
            self._directions(batch)

    def _sums(self, counter: Counter[bytes], batch: Batch, rows: Rows) -> None:
        """Count rows by the MAC address of who sent them."""
        frames = batch.first_frames[rows]
        left = gather(batch.chunk.data, SENDER, frames[frames >= 0])
        for _ in range(FEW):  # most often there are no more
            if len(left):
                rest = left[left != left[0]]
                self._count(counter, _mac(left[0]), len(left) - len(rest))
                left = rest
        for mac, count in zip(*np.unique(left, return_counts=True), strict=True):
            self._count(counter, _mac(mac), int(count))

    def _count(self, counter: Counter[bytes], mac: bytes, count: int) -> None:
        if mac in counter or len(counter) < MOST_MACS:
            counter[mac] += count

    def _found(self, what: str, batch: Batch, rows: list[int]) -> None:
        if rows:
            setattr(self, what, getattr(self, what) + len(rows))
            if what not in self.first:
                self.first[what] = batch.chunk.packet(rows[0])

    def _times(self, batch: Batch) -> None:
        """Of each interface by itself."""
        chunk = batch.chunk
        timed = chunk.time_ns != NO_TIME
        rows = []
        alone = (chunk.interface == chunk.interface[:1]).all()
        interfaces = chunk.interface[:1] if alone else np.unique(chunk.interface)
        for interface in interfaces.tolist():
            mine = np.flatnonzero(timed & (chunk.interface == interface))
            if len(mine):
                times = chunk.time_ns[mine]
                before = self._time.get(interface, int(times[0]))
                rows += mine[np.diff(np.r_[before, times]) < 0].tolist()
                self._time[interface] = int(times[-1])
        self._found("back", batch, sorted(rows))

    def _twice(self, batch: Batch) -> None:
        """The same octets within a millisecond, a few packets apart."""
        chunk = batch.chunk
        if len(chunk.octets) < COMPARED or len(batch) < 2:
            return
        rows = []
        for back in range(1, LOOK_BACK + 1):
            near = chunk.captured[back:] == chunk.captured[:-back]
            near &= chunk.interface[back:] == chunk.interface[:-back]
            near &= np.abs(chunk.time_ns[back:] - chunk.time_ns[:-back]) < MILLISECOND
            later = np.flatnonzero(near) + back
            for step in (COMPARED, 0):  # the ends differ most often
                at = chunk.captured[later] - COMPARED if step else np.zeros(len(later), np.int64)
                at = np.maximum(at, 0)
                one, other = (
                    batch.octets(chunk.start[where] + at, COMPARED).view(np.uint64)
                    for where in (later, later - back)
                )
                later = later[(one == other).all(axis=1)]
            for row in later.tolist():
                start, before, size = chunk.start[row], chunk.start[row - back], chunk.captured[row]
                if chunk.data[start : start + size] == chunk.data[before : before + size]:
                    rows.append(row)
        self._found("duplicates", batch, sorted(set(rows)))

    def _directions(self, batch: Batch) -> None:
        """TCP connections by a number that is the same for both directions."""
        size = len(batch)
        ends = np.zeros((2, size), np.uint64)
        for part in batch.parts(IPv6, IPv4, TCP):
            head, rows = part.head, part.rows
            for end, name in enumerate(("src", "dst")):
                if part.header is TCP:
                    port = head.sport if name == "src" else head.dport
                    ends[end, rows] = (ends[end, rows] ^ port.astype(np.uint64)) * MIX
                else:
                    address = np.ascontiguousarray(getattr(head, name))
                    width = ">u8" if part.header is IPv6 else ">u4"
                    words = address.view(width).astype(np.uint64)
                    ends[end, rows] = words[:, 0] * MIX ^ words[:, -1]
        tcp = batch.layers("tcp") & ~batch.nested
        first, second = ends[0][tcp], ends[1][tcp]
        flows, forward = first ^ second, np.where(first < second, 1, 2)
        for bits in (1, 2):
            for flow in np.unique(flows[forward == bits]).tolist():
                seen = self.flows.get(flow, 0) | bits
                if seen == 3:
                    self.two_way = True
                    self.flows.clear()
                    return
                if flow in self.flows or len(self.flows) < MOST_FLOWS:
                    self.flows[flow] = seen
