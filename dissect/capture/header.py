"""The base of all file-format structs: read, built and tested by the same declaration.

Capture files are written in the byte order of the machine that wrote them, so each struct
exists twice. Hot loops don't make objects of it; they take its `struct.Struct`.
"""

from __future__ import annotations

from functools import cache
from struct import Struct
from typing import Any, Literal, Self

import dpkt

Order = Literal["<", ">"]
Fields = tuple[tuple[str, str, int], ...]


class Header(dpkt.Packet):
    """A struct of a capture file; little-endian unless asked for `ordered(">")`."""

    __byte_order__ = "<"

    @classmethod
    @cache
    def ordered(cls, order: Order) -> type[Self]:
        """The same struct in the given byte order."""
        if order == cls.__byte_order__:
            return cls
        make: Any = type(cls)  # dpkt's metaclass
        twin: type[Self] = make(cls.__name__, (cls,), {"__byte_order__": order})
        return twin

    @classmethod
    def layout(cls, order: Order) -> Struct:
        """The precompiled layout of all its fields."""
        return Struct(cls.ordered(order).__hdr_fmt__)
