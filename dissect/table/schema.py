"""The columns of the table of packets: their names, types, meaning, and how they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dissect.columns import Chunk, Flag
from dissect.engine.values import ipv4_text, ipv6_text, mac_text

Values = NDArray[Any]

TIME = pl.Datetime("ns", "UTC")


Different = tuple[list[bytes], NDArray[np.int64]]
"""The different values, and which of them each row has."""


class Some:
    """Rows of a chunk, ascending, for which columns are to be made."""

    def __init__(self, chunk: Chunk, rows: NDArray[np.int64]) -> None:
        self.chunk = chunk
        self.rows = rows
        self._different: dict[str, Different] = {}

    def column(self, name: str) -> Values:
        """A column of the chunk in these rows; see ``dissect.columns.COLUMNS``."""
        values = self.chunk.column(name)
        return values if len(self.rows) == len(values) else values[self.rows]

    def different(self, name: str) -> Different:
        """The different addresses of a column; the outermost are most often the innermost."""
        if name not in self._different:
            inner, octets = name.removeprefix(OUTER), self.column(name)
            if inner == name:
                self._different[name] = _different(octets)
            else:
                self._different[name] = self._like(inner, octets)
        return self._different[name]

    def _like(self, inner: str, octets: Values) -> Different:
        """Addresses that are in most rows those of another column."""
        known, places = self.different(inner)
        other = np.flatnonzero((octets != self.column(inner)).any(axis=1))
        if not len(other):
            return known, places
        found, where = _different(octets[other])
        places = places.copy()
        places[other] = where + len(known)
        return [*known, *found], places


OUTER = "outer_"


Make = Callable[[Some], pl.Series]


class Column(NamedTuple):
    """A column of the table.

    dtype    polars' type; all can be null, where a packet has no such value
    meaning  what it says, in a few words
    make     its values for some rows
    by_tree  whether unsure rows get theirs from the tree reader; not what the file itself tells
    """

    dtype: Any
    meaning: str
    make: Make
    by_tree: bool = True


def _number(name: str, dtype: Any) -> Make:
    """A number of ``dissect.columns.COLUMNS``: what isn't there is -1, which no type here has."""
    return lambda some: pl.Series(some.column(name)).cast(dtype, strict=False)


def _of_file(attribute: str, dtype: Any) -> Make:
    """A number that the capture file tells of every packet."""
    return lambda some: pl.Series(getattr(some.chunk, attribute)[some.rows]).cast(dtype)


def _time(some: Some) -> pl.Series:
    times = some.chunk.time_ns[some.rows].view("datetime64[ns]")  # NO_TIME is its NaT
    return pl.Series(times).dt.replace_time_zone("UTC")


def _interface(some: Some) -> pl.Series:
    """Only pcapng files have interfaces."""
    if some.chunk.stretch.form.name != "pcapng":
        return pl.Series([None] * len(some.rows), dtype=pl.UInt32)
    return pl.Series(some.chunk.interface[some.rows]).cast(pl.UInt32)


def _flag(flag: Flag) -> Make:
    return lambda some: pl.Series(some.chunk.flags[some.rows] & flag != 0)


def _chain(some: Some) -> pl.Series:
    numbers, places = np.unique(some.chunk.chain[some.rows], return_inverse=True)
    return _spread([some.chunk.chains.text(number) for number in numbers.tolist()], places)


def _more(some: Some) -> pl.Series:
    more = pl.Series(some.column("more_fragments"))
    return (more == 1).set(more < 0, None)


# --- addresses: each different one is converted once ---------------------------------------------

MAPPED = 12
"""Octets before the IPv4 address in one of IPv6."""


def _address(name: str) -> Make:
    """An IP address as text; of IPv4 as such."""
    version = "outer_version" if name.startswith(OUTER) else "version"

    def make(some: Some) -> pl.Series:
        versions = some.column(version)
        different, places = some.different(name)
        texts = [ipv6_text(one) for one in different]
        if (versions == 4).any():
            texts += [ipv4_text(one[MAPPED:]) for one in different]
            places = places + len(different) * (versions == 4)
        return _spread(texts, places).set(pl.Series(versions < 0), None)

    return make


def _octets(name: str) -> Make:
    """The sixteen octets of an IP address."""
    version = "outer_version" if name.startswith(OUTER) else "version"

    def make(some: Some) -> pl.Series:
        octets = _spread(*some.different(name))
        there = pl.Series(some.column(version) >= 0)
        return pl.select(pl.when(there).then(octets)).to_series()

    return make


def _mac(name: str) -> Make:
    def make(some: Some) -> pl.Series:
        different, places = some.different(name)
        texts = _spread([mac_text(one) for one in different], places)
        return texts.set(pl.Series(~some.chunk.there(name)[some.rows]), None)

    return make


def _different(octets: Values) -> Different:
    """The different rows of octets, and which of them each one is."""
    packed = np.ascontiguousarray(octets)
    size = packed.shape[1]
    whole = packed.view(f"V{size}").ravel()
    halves = np.zeros((len(packed), 16), np.uint8)
    halves[:, :size] = packed
    high, low = halves.view(np.uint64).T
    keys = high * np.uint64(0x9E3779B97F4A7C15) ^ low  # sorted ten times as fast as octets
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    if not (whole[first][places] == whole).all():  # two with the same key
        found, places = np.unique(whole, return_inverse=True)
        return [one.tobytes() for one in found], places
    return [one.tobytes() for one in whole[first]], places


def _spread(values: list[Any], places: NDArray[np.int64]) -> pl.Series:
    """Values in the rows that have them."""
    dtype = pl.Binary if values and isinstance(values[0], bytes) else pl.String
    return pl.Series(values, dtype=dtype).gather(pl.Series(places))


# --- the table -----------------------------------------------------------------------------------

COLUMNS: dict[str, Column] = {
    "number": Column(pl.UInt64, "the packet's number, from 1", _of_file("number", pl.UInt64),
                     False),
    "time": Column(TIME, "when it was captured; UTC", _time, False),
    "length": Column(pl.UInt32, "octets on the wire", _of_file("original", pl.UInt32), False),
    "captured": Column(pl.UInt32, "octets in the file", _of_file("captured", pl.UInt32), False),
    "interface": Column(pl.UInt32, "number of the interface, from 0; pcapng only", _interface,
                        False),
    "link_type": Column(pl.UInt16, "LINKTYPE_ number of the interface",
                        _of_file("link_type", pl.UInt16), False),
    "link_src": Column(pl.String, "source MAC address", _mac("link_src")),
    "link_dst": Column(pl.String, "destination MAC address", _mac("link_dst")),
    "ethertype": Column(pl.UInt16, "type behind the outermost MAC addresses",
                        _number("ethertype", pl.UInt16)),
    "vlan": Column(pl.UInt16, "number of the outermost VLAN", _number("vlan", pl.UInt16)),
    "version": Column(pl.UInt8, "IP version, innermost", _number("version", pl.UInt8)),
    "src": Column(pl.String, "source IP address, innermost", _address("src")),
    "dst": Column(pl.String, "destination IP address, innermost", _address("dst")),
    "src_octets": Column(pl.Binary, "src as 16 octets, IPv4 as ::ffff:a.b.c.d", _octets("src")),
    "dst_octets": Column(pl.Binary, "dst as 16 octets", _octets("dst")),
    "outer_version": Column(pl.UInt8, "IP version, outermost", _number("outer_version", pl.UInt8)),
    "outer_src": Column(pl.String, "source IP address, outermost", _address("outer_src")),
    "outer_dst": Column(pl.String, "destination IP address, outermost", _address("outer_dst")),
    "outer_src_octets": Column(pl.Binary, "outer_src as 16 octets", _octets("outer_src")),
    "outer_dst_octets": Column(pl.Binary, "outer_dst as 16 octets", _octets("outer_dst")),
    "next": Column(pl.UInt8, "Next Header of the IPv6 header, Protocol of IPv4",
                   _number("next", pl.UInt8)),
    "hops": Column(pl.UInt8, "Hop Limit, or Time To Live", _number("hops", pl.UInt8)),
    "flow": Column(pl.UInt32, "Flow Label", _number("flow", pl.UInt32)),
    "dscp": Column(pl.UInt8, "Differentiated Services Codepoint", _number("dscp", pl.UInt8)),
    "fragment_id": Column(pl.UInt32, "Identification of a fragment, or of any IPv4 packet",
                          _number("fragment_id", pl.UInt32)),
    "fragment_offset": Column(pl.UInt32, "Fragment Offset in octets",
                              _number("fragment_offset", pl.UInt32)),
    "more_fragments": Column(pl.Boolean, "whether more fragments follow", _more),
    "sport": Column(pl.UInt16, "source port: TCP, UDP, SCTP", _number("sport", pl.UInt16)),
    "dport": Column(pl.UInt16, "destination port", _number("dport", pl.UInt16)),
    "tcp_flags": Column(pl.UInt16, "flags of TCP, twelve bits", _number("tcp_flags", pl.UInt16)),
    "icmp_type": Column(pl.UInt8, "type of ICMPv6 or ICMP", _number("icmp_type", pl.UInt8)),
    "icmp_code": Column(pl.UInt8, "code of ICMPv6 or ICMP", _number("icmp_code", pl.UInt8)),
    "chain": Column(pl.String, "the protocols, outermost first, with colons", _chain),
    "depth": Column(pl.UInt16, "IP headers inside others: tunnels", _number("depth", pl.UInt16)),
    "fragment": Column(pl.Boolean, "a part of a datagram", _flag(Flag.FRAGMENT)),
    "truncated": Column(pl.Boolean, "the file has less than the wire had", _flag(Flag.TRUNCATED)),
    "malformed": Column(pl.Boolean, "its headers promise octets that it doesn't have",
                        _flag(Flag.MALFORMED)),
}  # fmt: skip
"""By name, in the order of the table.  Of a tunnel's packet the values are the innermost
packet's, of an error message's its own and not those of what it quotes."""

TYPES = {pl.String: "text", pl.Binary: "binary", pl.Boolean: "boolean"}


def type_name(dtype: Any) -> str:
    """What SQL would call a type, more or less."""
    if dtype == TIME:
        return "timestamp"
    return TYPES.get(dtype) or str(dtype).lower()
