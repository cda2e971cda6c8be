"""The layers of the commonest messages of a link, made from what the columns are sure of.

Neighbor Discovery and MLD come in their thousands, and rules only want their headers: where the
chain of protocols says what is in a packet, they need not be decoded for that.
"""

from __future__ import annotations

from dissect.engine.header import plan_of
from dissect.engine.tree import Layer
from dissect.lint.batch import HEADER, Batch
from dissect.protocols import icmpv6
from dissect.protocols.ethernet import EthernetII
from dissect.protocols.hopopts import HopByHop
from dissect.protocols.ipv6 import IPv6

PLAIN = "eth:ethertype:ipv6:icmpv6"
ALERTED = "eth:ethertype:ipv6:ipv6.hopopts:icmpv6"
FRAME, OPTIONS = 14, 8
"""Octets of an Ethernet header, and of Hop-by-Hop Options with nothing but a Router Alert."""
ETHERNET, IP, HOP, MESSAGE = (
    plan_of(header).read for header in (EthernetII, IPv6, HopByHop, icmpv6.Head)
)


class Quick:
    """Of a chunk, which rows can be told so."""

    def __init__(self, batch: Batch) -> None:
        chunk = batch.chunk
        told = batch.discovery | batch.listeners
        told &= ~batch.wrong_sums & ~chunk.unsure & (chunk.captured == chunk.original)
        self._told = told.tolist()
        self._chains = chunk.chain
        self._text = chunk.chains.text

    def layers(self, row: int, data: bytes) -> list[Layer] | None:
        """The layers of a row, as decoding would give them; None: it must be decoded."""
        if not self._told[row]:
            return None
        chain = self._text(self._chains[row])
        if chain == PLAIN:
            alerted = False
        elif chain == ALERTED and data[FRAME + HEADER + 1] == 0:
            alerted = True
        else:
            return None
        ip = IP(data, FRAME)
        end = FRAME + HEADER + ip.plen
        at = FRAME + HEADER
        layers = [
            _layer("frame", 0, 0, len(data), None),
            _layer("eth", 0, FRAME, len(data), ETHERNET(data, 0)),
            _layer("ethertype", FRAME, FRAME, len(data), None, title=""),
            _layer("ipv6", FRAME, at, end, ip),
        ]
        if alerted:
            layers.append(_layer("ipv6.hopopts", at, at + OPTIONS, end, HOP(data, at), nested=True))
            at += OPTIONS
        layers.append(_layer("icmpv6", at, end, end, MESSAGE(data, at)))
        return layers


def _layer(
    name: str, start: int, end: int, stop: int, header: object, *, title: str = "-",
    nested: bool = False,
) -> Layer:  # fmt: skip
    layer = Layer(name, title, start, quoted=False, nested=nested)
    layer.end, layer.stop, layer.header = end, stop, header
    return layer
