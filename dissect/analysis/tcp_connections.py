"""What is known of TCP connections, side by side: each is a row of arrays, as are its two sides.

The runs of a chunk are put to their connections all at once: of each connection the first one,
then the second one of each that has two, and so on.

A segment whose octets are all behind the highest that was seen before comes *late*: it was sent
again, or it was overtaken on its way.  Which of the two tells the time since the highest rose, when
the round trip is known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.analysis.analysis import Link
from dissect.analysis.tcp_runs import NOT_YET, Numbers, Runs, is_kept, step
from dissect.analysis.transports import END, HALF
from dissect.columns.chunk import Mask
from dissect.columns.hashing import Keys, ordered
from dissect.columns.numbering import Numbering
from dissect.protocols.tcp_flags import ACK, RST, SYN

WORDS = 2 * HALF // 8
"""Of 64 bits, in the key of a connection's ends."""
LATE = 1000
"""Late segments of a side of which the time is kept; later ones are taken for sent again."""
CONNECTION = np.dtype([
    (name, np.int64) for name in (
        "link", "client_low", "first", "last", "opening", "syn_ns", "answer_ns", "plain_ns",
        "reset_by", "used", "done",
    )
])  # fmt: skip
"""link        where it is in ``Connections.links``
client_low  1: the client is its key's lower end
first, last  numbers of packets
opening     the client's first sequence number; NOT_YET without its SYN
syn_ns, answer_ns, plain_ns  when SYN, its answer and what ends the handshake came; NOT_YET
reset_by    the first side that did, and 1; 0 if none
used        in the order in which something was last heard of them
done        in the order in which others with the same ends began; 0: it is the latest"""
SIDE = np.dtype([
    (name, np.int64) for name in (
        "packets", "octets", "flags", "gaps", "kept", "closed", "late", "top", "top_ns",
    )
])  # fmt: skip
"""gaps     segments in front of which octets are missing
kept     segments of no or one octet just behind the highest: keep-alives
top      the sequence number behind the highest octet; NOT_YET while nothing was sent
top_ns   when that rose last"""


class Connections:
    """Those that were used last, ``most`` of them, and as many that others have taken the place of.

    rows   a ``CONNECTION`` of each, and
    sides  its two ``SIDE``s, the client's first
    keys   their ends, as ``Runs`` has them

    Of such rows numpy copies each value by itself, but whole ones where they are taken and put.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.evicted = 0
        self.rows = np.zeros(0, CONNECTION)
        self.sides = np.zeros((0, 2), SIDE)
        self.keys: Keys = np.empty((0, WORDS), np.uint64)
        self.links: list[Link] = []
        self._size = 0
        self._ends = Numbering(WORDS)
        self._latest = np.zeros(0, np.int64)
        """The number of all ends that are known, and by it their latest connection."""
        self._late: list[tuple[Numbers, Numbers]] = []
        self._runs = 1
        self._done = 0

    def __len__(self) -> int:
        return self._size

    def take(self, runs: Runs) -> None:
        """Count runs."""
        ends = self._numbers(runs.keys)
        for link in runs.links:
            if link not in self.links:
                self.links.append(link)
        row, side = np.empty_like(ends), np.empty_like(ends)
        for turn in _turns(ends):
            found = self._assigned(runs, turn, self._latest[ends[turn]])
            row[turn] = self._latest[ends[turn]] = found
            side[turn] = self._handshake(runs, turn, found)
        self._runs += len(ends)
        for turn in _turns(2 * row + side):
            self._count(runs, turn, row[turn], side[turn])
        if len(self._ends) > self.most or self._size > 3 * self.most:
            self._forget()

    def _numbers(self, keys: Keys) -> Numbers:
        """The numbers of ends; those that are new get one."""
        found = self._ends.of(keys)
        more = len(self._ends) - len(self._latest)
        if more > 0:
            fresh = np.full(more + len(self._latest), -1)
            self._latest = np.concatenate([self._latest, fresh])
        return found

    def _assigned(self, runs: Runs, turn: Numbers, row: Numbers) -> Numbers:
        """The connections of some runs, of different ones each; -1: of ends that are new."""
        begins, low, same = runs.begins[turn], runs.from_low[turn], runs.same[turn]
        known = row >= 0
        has_syn = (begins & SYN != 0) & (runs.syn_ns[turn] != NOT_YET)
        answers = begins & ACK != 0
        opening = np.full(len(row), NOT_YET)
        if known.any():
            before = self.rows.take(row[known])
            answers[known] = (low[known] != (before["client_low"] != 0)) | same[known]
            opening[known] = before["opening"]
        opens = has_syn & ~answers
        new = ~known | (opens & (opening != runs.opening[turn]))
        if new.any():
            ended = row[new & known]
            self.rows["done"][ended] = self._done + 1 + np.arange(len(ended))
            self._done += len(ended)
            row[new] = self._begun(runs, turn[new], opens[new])
        return row

    def _begun(self, runs: Runs, turn: Numbers, opens: Mask) -> Numbers:
        """New connections, whose first runs these are; whether they begin with a client's SYN.

        The client is who sends that; without one, who has the higher port.
        """
        start, count, room = self._size, self._size + len(turn), len(self.rows)
        self._size = count
        if count > room:
            more = max(count - room, room, 64)
            self.keys = np.concatenate([self.keys, np.zeros((more, WORDS), np.uint64)])
            self.rows = np.concatenate([self.rows, np.zeros(more, CONNECTION)])
            self.sides = np.concatenate([self.sides, np.zeros((more, 2), SIDE)])
        keys = self.keys[start:count] = runs.keys[turn]
        low, high = _ports(keys)
        from_low, both = runs.from_low[turn], SYN | ACK
        answers = (runs.begins[turn] & both == both) & (runs.syn_ns[turn] != NOT_YET) & ~opens
        lower = np.where(from_low, low < high, high < low)
        rows = self.rows[start:count]
        rows["link"] = np.array([self.links.index(link) for link in runs.links])[runs.link[turn]]
        rows["client_low"] = from_low ^ (answers | (~opens & lower))
        rows["first"], rows["last"] = runs.number[turn], runs.last[turn]
        for name in ("opening", "syn_ns", "answer_ns", "plain_ns"):
            rows[name] = NOT_YET
        self.sides["top"][start:count] = NOT_YET
        return np.arange(start, count)

    def _handshake(self, runs: Runs, turn: Numbers, row: Numbers) -> Numbers:
        """Take in what runs say of their connections; returns the sides that they are of."""
        rows, flags, syn_ns = self.rows, runs.flags[turn], runs.syn_ns[turn]
        is_client = (runs.from_low[turn] == (rows["client_low"][row] != 0)) | runs.same[turn]
        side = np.where(is_client, 0, 1)
        syn = (flags & SYN != 0) & (syn_ns != NOT_YET)
        for name, value, mask in (
            ("syn_ns", syn_ns, syn & is_client),
            ("opening", runs.opening[turn], syn & is_client),
            ("answer_ns", syn_ns, syn & ~is_client & (rows["answer_ns"][row] == NOT_YET)),
            ("plain_ns", runs.plain_ns[turn],
             is_client & (flags & ACK != 0) & (rows["plain_ns"][row] == NOT_YET)),
            ("reset_by", side + 1, (flags & RST != 0) & (rows["reset_by"][row] == 0)),
        ):  # fmt: skip
            mine = np.flatnonzero(mask)
            rows[name][row[mine]] = value[mine]
        rows["last"][row] = np.maximum(rows["last"][row], runs.last[turn])
        rows["used"][row] = self._runs + turn
        return side

    def _count(self, runs: Runs, turn: Numbers, row: Numbers, side: Numbers) -> None:
        """Count segments of different sides each, from the highest octet of each on.

        In front of a SYN or RST nothing is missing, nor in front of the first of a side.
        """
        number = 2 * row + side
        sides = self.sides.reshape(-1).take(number)
        opening, stop = runs.opening[turn], np.cumsum(runs.stop[turn] - runs.start[turn])
        start = np.r_[0, stop[:-1]]
        which = np.repeat(np.arange(len(turn)), stop - start)
        at = np.arange(len(which)) + (runs.start[turn] - start)[which]
        place, span, times, flags = (column[at] for column in runs.segments)
        is_new = sides["top"] == NOT_YET
        base = np.where(is_new, opening, sides["top"])
        ahead = step(opening, base)
        place = place + ahead[which]
        end = place + span
        tops = _tops(end, which)
        before = np.r_[0, tops[:-1]]
        before[start] = 0
        kept = is_kept(place, span, flags, before)
        late = (span > 0) & (end <= before) & ~kept
        gaps = place > before
        gaps[start] = ahead > 0
        gaps &= flags & (SYN | RST) == 0
        rises = end > before
        rises[start] |= ahead >= 0
        rose = np.where(rises, times, 0)
        rose[start] = np.where(rises[start], times[start], sides["top_ns"])
        rises[start] = True
        rose = rose[np.maximum.accumulate(np.where(rises, np.arange(len(rises)), 0))]
        self._add_late(number, sides["late"], which, late, times - rose)
        higher = tops[stop - 1]
        sides["top_ns"] = np.where(is_new | (higher > 0), rose[stop - 1], sides["top_ns"])
        sides["top"] = (base + higher) & 0xFFFF_FFFF
        sides["flags"] |= runs.flags[turn]
        for name, values in (
            ("packets", runs.packets[turn]), ("octets", runs.octets[turn]),
            ("closed", runs.closed[turn]), ("gaps", np.add.reduceat(gaps, start, dtype=np.int64)),
            ("kept", np.add.reduceat(kept, start, dtype=np.int64)),
            ("late", np.add.reduceat(late, start, dtype=np.int64)),
        ):  # fmt: skip
            sides[name] += values
        self.sides.reshape(-1).put(number, sides)

    def _add_late(
        self, side: Numbers, already: Numbers, which: Numbers, late: Mask, since: Numbers
    ) -> None:
        """Keep how late segments came, the first ones of each side."""
        at = np.flatnonzero(late)
        if len(at):
            mine = which[at]
            place = np.arange(len(at)) - np.searchsorted(mine, mine) + already[mine]
            kept = place < LATE
            self._late.append((side[mine[kept]], since[at[kept]]))

    def _forget(self) -> None:
        """Leave out the ones that were used longest ago, and what ended beyond ``most``."""
        count = self._size
        used, done = self.rows["used"][:count], self.rows["done"][:count]
        newest = np.flatnonzero(done == 0)
        excess = max(len(newest) - self.most, 0)
        keep = done <= self.most
        keep[newest[np.argsort(used[newest])[:excess]]] = False
        self.evicted += excess
        places = np.cumsum(keep) - 1
        kept = np.flatnonzero(keep)
        self.rows, self.sides = self.rows.take(kept), self.sides.take(kept, axis=0)
        self.keys, self._size = self.keys[kept], len(kept)
        latest = np.flatnonzero(self.rows["done"] == 0)
        self._ends = Numbering(WORDS)
        self._latest = np.empty_like(latest)
        self._latest[self._ends.of(self.keys[latest])] = latest
        if self._late:
            side, since = map(np.concatenate, zip(*self._late, strict=True))
            mine = keep[side // 2]
            self._late = [(2 * places[side[mine] // 2] + side[mine] % 2, since[mine])]

    # --- what is known ---------------------------------------------------------------------------

    def listed(self) -> Numbers:
        """The rows of all, those that ended first, the others as they were last used."""
        rows = self.rows[: self._size]
        order = np.lexsort((rows["used"], rows["done"], rows["done"] == 0))
        return order[rows["done"][order] <= self.most]

    def overtaken(self, soon: Numbers) -> Numbers:
        """Of each side (n, 2) the late segments that came within ``soon`` nanoseconds (n,)."""
        found = np.zeros(2 * self._size, np.int64)
        for side, since in self._late:
            found += np.bincount(side[since < soon[side // 2]], minlength=len(found))
        return found.reshape(-1, 2)


def _ports(keys: Keys) -> tuple[Numbers, Numbers]:
    """Those of the lower and of the higher ends."""
    octets = keys.view(np.uint8).astype(np.int64)
    low, high = (octets[:, end - 2] << 8 | octets[:, end - 1] for end in (END, HALF + END))
    return low, high


def _turns(group: Numbers) -> Iterator[Numbers]:
    """Places in turns: the first one of each group, then the second one of each, and so on."""
    order = ordered(group)
    start = np.flatnonzero(np.r_[True, group[order][1:] != group[order][:-1]])
    size = np.diff(np.r_[start, len(group)])
    turn = np.empty_like(group)
    turn[order] = np.arange(len(group)) - np.repeat(start, size)
    order = ordered(turn)
    yield from np.split(order, np.cumsum(np.bincount(turn))[:-1])


def _tops(end: Numbers, which: Numbers) -> Numbers:
    """Of each run the highest end so far, and no less than 0."""
    far = 2 * (int(np.abs(end).max()) + 1)
    tops: Numbers = np.maximum.accumulate(np.maximum(end, 0) + far * which) - far * which
    return tops
