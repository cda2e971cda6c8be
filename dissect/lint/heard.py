"""What rules that follow conversations hear: messages, from trees or right from the columns.

A rule that remembers messages of Neighbor Discovery, of listeners or of DHCPv6 is a ``Listener``:
its ``heard`` is called with each message, in the capture's order.  Most messages are told by
columns (``dissect.lint.told``), and no tree is made of them unless a rule has something to
say; those that columns are not sure of are heard when their layer is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

from dissect.engine.packet import Packet

if TYPE_CHECKING:
    from dissect.lint.at import At
    from dissect.lint.rule import Hit

DHCPV6, LINK_LOCAL, GRE, TEREDO = 256, 257, 258, 259
"""The topics of DHCPv6's messages, of packets with link-local addresses, of GRE's with a sequence
number, and of router messages in Teredo; that of ICMPv6's other messages is their type."""


class Heard(Struct, eq=False, gc=False):
    """A message: who sent it to whom, where and when.

    kind    its type
    mac     where it came from on its link, as ``At.mac``
    wire    the link, as ``At.wire``
    octets  the message
    packet  made when it is asked for, as is ``at``, its layer
    row     in the chunk of columns that it comes from
    """

    kind: int
    src: bytes
    dst: bytes
    mac: bytes
    wire: tuple[int, int]
    time: int
    number: int
    octets: bytes
    made_of: Any = None
    """Its layer, if it comes from a tree or somebody has asked for it."""
    batch: Any = None
    row: int = 0

    layer: ClassVar[str] = ""
    """The name of its layer."""

    @property
    def topic(self) -> int:
        """What rules choose messages by: the type of ICMPv6's, DHCPV6."""
        return self.kind

    @property
    def at(self) -> At:
        """Its layer."""
        if self.made_of is None:
            self.made_of = self.batch.layer_of(self)
        found: At = self.made_of
        return found

    @property
    def packet(self) -> Packet:
        """The packet that it came in."""
        return self.at.packet


class Listener:
    """A rule that hears messages: of the ICMPv6 types that it is declared for, and of topics."""

    topics: tuple[int, ...] = ()

    def heard(self, said: Any) -> Iterator[Hit]:
        """Take in a message."""
        raise NotImplementedError

    def __call__(self, at: At) -> Iterator[Hit] | None:
        """The same from a tree."""
        raise NotImplementedError
