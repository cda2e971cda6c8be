"""What is remembered of a TCP connection from segment to segment (RFC 9293, section 3.3).

Streams are numbered as Wireshark numbers them: the ends make the conversation, and a SYN with
another initial sequence number begins a new one on the same ports.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from dissect.engine.conversation import Conversation, Key
from dissect.engine.session import Session, Table
from dissect.protocols.tcp_flags import ACK, AE, CWR, ECE, FIN, RST, SYN

ACCURATE_ECN = AE | CWR | ECE

HAS_SYN, HAS_SYNACK, HAS_ACK, HAS_DATA, HAS_FIN, HAS_RST = (1 << bit for bit in range(6))
"""What of a conversation has been seen."""

ACCURATE_REPLIES = frozenset({0b010, 0b011, 0b100, 0b110})
"""AE, CWR and ECE of a SYN-ACK that agrees to accurate ECN (RFC 9768, section 3.1.1)."""

V = TypeVar("V")

NO_SCALING, UNKNOWN_SCALING, MAX_SHIFT = -2, -1, 14


class Seen(NamedTuple):
    """A segment's stream as it was when the segment came.

    base, ack_base  what to subtract for relative numbers, 0 for absolute ones
    shift           of the sender's window, or one of the two negative numbers above
    closes          the sender of this FIN was the first to send one
    ace             the two have agreed to accurate ECN
    """

    stream: int
    forward: bool
    times: tuple[int, int] | None
    completeness: int
    base: int
    ack_base: int
    shift: int
    closes: bool
    ace: bool


UNKNOWN = Seen(-1, True, None, 0, 0, 0, UNKNOWN_SCALING, True, False)


Pair = tuple[V, V]
"""Of the sender of segments that go backward, and of those that go forward."""

UNKNOWN_BASES: Pair[int | None] = (None, None)
UNKNOWN_SHIFTS = (UNKNOWN_SCALING, UNKNOWN_SCALING)


def pair(forward: bool, sender: V, receiver: V) -> Pair[V]:
    """What there is of the two ends, by which of them has sent a segment."""
    return (receiver, sender) if forward else (sender, receiver)


class Stream(Conversation):
    """A TCP connection.

    bases   of each end the sequence number before the first octet, None as long as it is unknown
    shifts  of each end the scale of its windows
    """

    __slots__ = ("completeness", "bases", "shifts", "fin_from", "offers_ace", "ace")

    def __init__(self, number: int) -> None:
        self.number = number  # there are many: each step counts
        self.first = self.last = None
        self.completeness = 0
        self.bases = UNKNOWN_BASES
        self.shifts = UNKNOWN_SHIFTS
        self.fin_from: bool | None = None
        self.offers_ace = self.ace = False

    def learn(
        self, first: bool, forward: bool, flags: int, seq: int, ack: int, size: int,
        scale: int | None,
    ) -> None:  # fmt: skip
        """Learn from a segment, the stream's first or another one."""
        if flags & (SYN | FIN | RST | ACK) == ACK and not first:  # most are so
            self.completeness |= HAS_DATA if size else HAS_ACK
        else:
            if flags & SYN:
                _handshake(self, forward, flags, scale)
            if flags & FIN and self.fin_from is None:
                self.fin_from = forward
            unknown = self.bases[forward] is None
            self.completeness |= _progress(flags, size, first, unknown)
        if flags & SYN or None in self.bases:
            _bases(self, forward, flags, seq, ack)


def learn(
    session: Session, key: Key, forward: bool, now: int | None, flags: int, seq: int, ack: int,
    size: int, scale: int | None, sound: bool,
) -> Seen:  # fmt: skip
    """Find the segment's stream, and learn from it if it is ``sound``: whole and not a quote.

    flags, seq, ack  of its header
    """
    streams = session.table("tcp")
    stream: Stream | None = streams.get(key)
    first = stream is None
    if stream is None:
        stream = streams.put(key, Stream(streams.count))
    elif flags & (SYN | ACK) == SYN and sound and stream.bases[forward] not in (None, seq):
        streams.pop(key)  # the ports are used again
        stream = streams.put(key, Stream(streams.count))
        stream.completeness = HAS_SYN
    completeness, ace, times = stream.completeness, stream.ace, stream.times(now)
    if sound:
        stream.learn(first, forward, flags, seq, ack, size, scale)
    bases = stream.bases if session.relative_seq else UNKNOWN_BASES
    return Seen(
        stream.number, forward, times, completeness, bases[forward] or 0, bases[not forward] or 0,
        stream.shifts[forward], stream.fin_from is None or stream.fin_from is forward, ace,
    )  # fmt: skip


def follow(
    streams: Table[Stream], key: Key, forward: bool, now: int, flags: int, seq: int, ack: int,
    size: int,
) -> Stream:  # fmt: skip
    """The same with a sound segment that has ACK and no SYN, for those who only ask for its stream.

    Streams consist of these, so that they are not asked what they can't answer.
    """
    stream = streams.get(key)
    first = stream is None
    if stream is None:
        stream = streams.put(key, Stream(streams.count))
    bases = stream.bases
    if flags & (FIN | RST) or bases[0] is None or bases[1] is None:
        stream.learn(first, forward, flags, seq, ack, size, None)
    else:
        stream.completeness |= HAS_DATA if size else HAS_ACK
    if stream.first is None:
        stream.first = now
    stream.last = now
    return stream


def _handshake(stream: Stream, forward: bool, flags: int, scale: int | None) -> None:
    """Windows are scaled only if both SYNs say so (RFC 7323, section 2.2)."""
    sender, receiver = stream.shifts[forward], stream.shifts[not forward]
    answer = flags & ACK
    refused = answer and receiver == NO_SCALING
    if scale is not None and not refused:
        sender = min(scale, MAX_SHIFT)
    elif refused or sender == UNKNOWN_SCALING:  # a SYN repeated without takes nothing back
        sender = receiver = NO_SCALING
    stream.shifts = pair(forward, sender, receiver)
    if answer:
        stream.ace = stream.offers_ace and flags >> 6 & 7 in ACCURATE_REPLIES
    else:
        stream.offers_ace = flags & ACCURATE_ECN == ACCURATE_ECN


def _progress(flags: int, size: int, first: bool, unknown: bool) -> int:
    """What a segment adds to the completeness of its conversation."""
    if flags & (SYN | ACK) == SYN:
        return (HAS_SYN | (HAS_DATA if size else 0)) if unknown else 0
    if first:
        return 0
    seen = HAS_RST if flags & RST else 0
    if flags & SYN:
        seen |= HAS_SYNACK
    elif flags & ACK:
        seen |= HAS_DATA if size else HAS_ACK
    if flags & ACK and flags & FIN:
        seen |= HAS_FIN
    return seen


def _bases(stream: Stream, forward: bool, flags: int, seq: int, ack: int) -> None:
    """Where the numbers of both sides begin, as far as this segment tells."""
    sender, receiver = stream.bases[forward], stream.bases[not forward]
    if sender is None or (flags & (SYN | ACK) == SYN | ACK and sender != seq):
        sender = seq if flags & SYN else seq - 1 & 0xFFFFFFFF
    if flags & ACK and receiver is None:
        receiver = ack - 1 & 0xFFFFFFFF
    stream.bases = pair(forward, sender, receiver)
