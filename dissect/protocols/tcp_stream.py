"""What is remembered of a TCP connection from segment to segment (RFC 9293, section 3.3).

Streams are numbered as Wireshark numbers them: the ends make the conversation, and a SYN with
another initial sequence number begins a new one on the same ports.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.conversation import Conversation, Key
from dissect.engine.session import Session
from dissect.protocols.tcp_flags import ACK, AE, CWR, ECE, FIN, RST, SYN

ACCURATE_ECN = AE | CWR | ECE

HAS_SYN, HAS_SYNACK, HAS_ACK, HAS_DATA, HAS_FIN, HAS_RST = (1 << bit for bit in range(6))
"""What of a conversation has been seen."""

ACCURATE_REPLIES = frozenset({0b010, 0b011, 0b100, 0b110})
"""AE, CWR and ECE of a SYN-ACK that agrees to accurate ECN (RFC 9768, section 3.1.1)."""

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


def is_forward(key: Key, source: bytes, port: int) -> bool:
    """Whether a segment from there goes from the first end of the key to the second."""
    return key[1] == port and key[0] == source


class Side:
    """One end: the sequence number before its first octet, and the scale of its windows."""

    __slots__ = ("base", "shift")

    def __init__(self) -> None:
        self.base: int | None = None
        self.shift = UNKNOWN_SCALING


class Stream(Conversation):
    """A TCP connection."""

    __slots__ = ("completeness", "sides", "fin_from", "offers_ace", "ace")

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.completeness = 0
        self.sides = (Side(), Side())
        self.fin_from: bool | None = None
        self.offers_ace = False
        self.ace = False


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
    elif (
        flags & (SYN | ACK) == SYN and sound and stream.sides[forward].base not in (None, seq)
    ):  # the ports are used again
        streams.pop(key)
        stream = streams.put(key, Stream(streams.count))
        stream.completeness = HAS_SYN
    sender, receiver = stream.sides[forward], stream.sides[not forward]
    completeness, ace = stream.completeness, stream.ace
    times = stream.times(now)
    if sound:
        if flags & SYN:
            _handshake(stream, sender, receiver, flags, scale)
        if flags & FIN and stream.fin_from is None:
            stream.fin_from = forward
        if first or flags & (SYN | FIN | RST | ACK) != ACK:
            stream.completeness |= _progress(flags, size, first, sender.base is None)
        else:  # most are so
            stream.completeness |= HAS_DATA if size else HAS_ACK
        if flags & SYN or sender.base is None or receiver.base is None:
            _bases(sender, receiver, flags, seq, ack)
    base, ack_base = sender.base or 0, receiver.base or 0
    if not session.relative_seq:
        base = ack_base = 0
    return Seen(
        stream.number, forward, times, completeness, base, ack_base, sender.shift,
        stream.fin_from is None or stream.fin_from is forward, ace,
    )  # fmt: skip


def _handshake(stream: Stream, sender: Side, receiver: Side, flags: int, scale: int | None) -> None:
    """Windows are scaled only if both SYNs say so (RFC 7323, section 2.2)."""
    answer = flags & ACK
    refused = answer and receiver.shift == NO_SCALING
    if scale is not None and not refused:
        sender.shift = min(scale, MAX_SHIFT)
    elif refused or sender.shift == UNKNOWN_SCALING:  # a SYN repeated without takes nothing back
        sender.shift = receiver.shift = NO_SCALING
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


def _bases(sender: Side, receiver: Side, flags: int, seq: int, ack: int) -> None:
    """Where the numbers of both sides begin, as far as this segment tells."""
    if sender.base is None or (flags & (SYN | ACK) == SYN | ACK and sender.base != seq):
        sender.base = seq if flags & SYN else seq - 1 & 0xFFFFFFFF
    if flags & ACK and receiver.base is None:
        receiver.base = ack - 1 & 0xFFFFFFFF
