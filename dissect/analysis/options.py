"""How tables are made, of reports and of analyses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from dissect.analysis.translation_map import Prefix

T = TypeVar("T")
Layers = Literal["all", "outer", "inner"]


@dataclass(frozen=True)
class Options:
    """How tables are made.

    top     rows of a table at most; None: all
    layers  which of a packet's IP headers (or Ethernet's) have endpoints: all, as in tshark, the
            outermost or the innermost one
    prefix  bits of IPv6 addresses that tell endpoints apart
    names   whether MAC addresses and the like are given names
    notes   all packets are read by the tree reader, for its notes
    nat64_prefixes, trt_prefixes  behind which translators have IPv4 addresses
    """

    top: int | None = None
    layers: Layers = "all"
    prefix: int = 128
    names: bool = True
    notes: bool = False
    nat64_prefixes: tuple[Prefix, ...] = ()
    trt_prefixes: tuple[Prefix, ...] = ()

    def of_packet(self, found: list[T]) -> list[T]:
        """Of a packet's headers, outermost first, those that count."""
        if self.layers == "all":
            return found
        return found[:1] if self.layers == "outer" else found[-1:]
