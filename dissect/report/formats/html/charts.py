"""What the charts are drawn from: tables of the report as plain data, which ``charts.js`` draws.

Each chart has the table beside it that tells the same in words and numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from dissect.analysis.table import Ref, Table, how_many
from dissect.engine.tables import DISSECTORS
from dissect.export.sanitise import visible

NETWORK = frozenset(("ip", "ipv6"))
MOST_LINKS, MOST_LINES = 60, 40
"""Streams of a flow diagram, lines of a timeline; the smallest or last ones are left out."""


class Chart(NamedTuple):
    """A chart.

    kind   of the functions that draw
    table  where the same is told in words
    words  what it shows, for those who can't see it
    data   what it is drawn from, for JSON
    legend what its signs mean
    """

    kind: str
    table: str
    title: str
    words: str
    data: Any
    legend: str = ""


def charts(tables: Iterable[Table]) -> list[Chart]:
    """Those that the tables of a report give."""
    named = {table.name: table for table in tables if table.rows}
    found = (make(table) for name, table in named.items() for make in MAKERS.get(name, ()))
    return [
        chart._replace(table="nestings") if chart.kind == "flow" and "nestings" in named else chart
        for chart in found if chart is not None
    ]  # fmt: skip


def rates(table: Table) -> Chart | None:
    """Packets and octets by interval."""
    rate = next(((row[1], row[3]) for row in table.rows if row[3]), None)
    if rate is None or len(table.rows) < 2:
        return None
    width = rate[0] / rate[1]
    bars = [{"from": row[0] / 1e6, "packets": row[1], "octets": row[2]} for row in table.rows]
    most = max(bar["packets"] for bar in bars)
    words = f"Packets and octets by intervals of {width:g} s: up to {how_many(most, 'packet')}"
    return Chart("rates", "rates", "Rates over time", words, {"width": width * 1e3, "bars": bars})


def hierarchy(table: Table) -> Chart | None:
    """Protocols as boxes, below what carries them, as wide as they have packets."""
    boxes: list[dict[str, Any]] = []
    starts: dict[tuple[str, ...], int] = {}
    whole = sum(row[3] for row in table.rows if row[2] == 1)
    for path, protocol, depth, packets, octets, share in table.rows:
        names = tuple(path.split(":"))
        start = starts.get(names[:-1], 0)
        starts[names[:-1]] = start + packets
        starts[names] = start
        boxes.append({
            "depth": depth - 1, "from": start, "packets": packets, "octets": octets,
            "name": short_name(protocol), "protocol": protocol, "share": share,
        })  # fmt: skip
    top = ", ".join(f"{box['name']} {box['share']:.0%}" for box in boxes if box["depth"] == 1)
    words = f"The protocols of {how_many(whole, 'packet')}, each below what carries it: {top}"
    return Chart("hierarchy", "hierarchy", "Protocols", words, {"packets": whole, "boxes": boxes})


def nesting(table: Table) -> Chart | None:
    """How tunnels carry packets: a stream for each step from one header into the next."""
    flows: dict[tuple[tuple[int, str], tuple[int, str]], int] = defaultdict(int)
    for path, packets in _own_packets(table):
        steps = _steps(path)
        for step in pairwise(steps):
            flows[step] += packets
    if not flows:
        return None
    chosen = sorted(flows.items(), key=lambda flow: -flow[1])[:MOST_LINKS]
    links = [
        {"source": f"{source[0]}:{source[1]}", "target": f"{target[0]}:{target[1]}", "value": value}
        for (source, target), value in chosen
    ]
    nodes = {key: key for link, _ in chosen for key in link}
    named = [
        {"id": f"{depth}:{name}", "name": short_name(name), "protocol": name}
        for depth, name in nodes
    ]
    words = "Packets in tunnels by the headers that they pass, from the outermost to the innermost"
    return Chart("flow", "hierarchy", "Tunnels", words, {"nodes": named, "links": links})


def checks(table: Table) -> Chart | None:
    """Checks for duplicate addresses over time, a line for each address."""
    moods = {"unique": "good", "conflict": "bad"}
    spans = [
        Span(row["address"], row["begun"], row["took"], moods.get(row["outcome"], "open"),
             f"{row['outcome']}, {how_many(row['probes'], 'probe')}", row["first"])
        for row in _records(table)
    ]  # fmt: skip
    legend = "○ unique   ✕ conflict   ◇ the capture ended too soon to tell"
    return timeline(table, legend, spans)


def exchanges(table: Table) -> Chart | None:
    """Exchanges of DHCPv6 or DHCP over time, a line for each client."""
    spans = [
        Span(row["mac"] or row["client"] or "", row["begun"], row["took"],
             "bad" if row["failed"] else "good" if row["outcome"] else "open",
             ", ".join(filter(None, (row["steps"], row["failed"]))), row["first"])
        for row in _records(table)
    ]  # fmt: skip
    return timeline(table, "○ answered   ✕ failed   ◇ no answer seen", spans)


class Span(NamedTuple):
    """Something that took its time, in nanoseconds since 1970 and seconds (None: not known).

    line   whose it is
    mood   ``good``, ``bad`` or ``open``
    first  the packet with which it begins
    """

    line: str
    begun: int | None
    took: float | None
    mood: str
    words: str
    first: Ref


def timeline(table: Table, legend: str, spans: list[Span]) -> Chart | None:
    """The spans of a table by whose they are, in the order in which those begin."""
    timed = sorted((span for span in spans if span.begun), key=lambda span: span.begun or 0)
    lines = list(dict.fromkeys(span.line for span in timed))
    if not lines:
        return None
    shown = lines[:MOST_LINES]
    bars = [
        {"line": visible(span.line), "from": from_ms, "to": from_ms + (span.took or 0) * 1e3,
         "mood": span.mood, "words": visible(span.words),
         "packet": f"{span.first.file + 1}-{span.first.number}"}
        for span in timed if span.line in shown for from_ms in ((span.begun or 0) / 1e6,)
    ]  # fmt: skip
    more = len(lines) - len(shown)
    words = f"{table.title} over time, on {how_many(len(lines), 'line')}"
    legend += f"   and {how_many(more, 'more line')}" if more else ""
    data = {"lines": list(map(visible, shown)), "bars": bars}
    return Chart("times", table.name, table.title, words, data, legend)


def _records(table: Table) -> Iterator[dict[str, Any]]:
    """Its rows, each as values by their columns' names."""
    names = [column.name for column in table.columns]
    return (dict(zip(names, row, strict=True)) for row in table.rows)


MAKERS: dict[str, tuple[Callable[[Table], Chart | None], ...]] = {
    "rates": (rates,),
    "hierarchy": (hierarchy, nesting),
    "address-checks": (checks,),
    "dhcpv6-exchanges": (exchanges,),
    "dhcp-exchanges": (exchanges,),
}
"""By the name of a table: the charts that are made from it."""


def short_name(protocol: str) -> str:
    """How a protocol is called in a packet list."""
    known = DISSECTORS.get(protocol)
    return visible(known.short if known and known.short != "N/A" else protocol)


def _own_packets(table: Table) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each path of the hierarchy, and its packets that end there."""
    counts = {tuple(row[0].split(":")): row[3] for row in table.rows}
    inner: dict[tuple[str, ...], int] = defaultdict(int)
    for path, packets in counts.items():
        inner[path[:-1]] += packets
    for path, packets in counts.items():
        if packets > inner[path]:
            yield path, packets - inner[path]


def _steps(path: tuple[str, ...]) -> list[tuple[int, str]]:
    """The headers of a tunnel, numbered: from the outermost IP to what the innermost one carries.

    None where there is no tunnel: no IP header in another.
    """
    networks = [at for at, name in enumerate(path) if name in NETWORK]
    if len(networks) < 2:
        return []
    return list(enumerate(path[networks[0] : networks[-1] + 2]))
