"""Where the two ends of a packet are: ``ip.geoip.*`` and ``ipv6.geoip.*``, from databases.

Nothing in the packet: Wireshark shows below the addresses of an IP header what MaxMind databases
say about them.  There are such fields only where the preference ``geoip`` names databases.
"""

from __future__ import annotations

from dissect.address.places import Place, databases
from dissect.engine.cursor import Cursor
from dissect.engine.preferences import Preference
from dissect.engine.tree import Field, Node
from dissect.engine.values import DOUBLE, STR, U32

DATABASES = Preference(
    "geoip", None, databases, "MaxMind databases of places: files and folders, a colon between two"
)

LABELS = {
    "city": ("City", STR),
    "country": ("Country", STR),
    "country_iso": ("ISO Two Letter Country Code", STR),
    "asnum": ("AS Number", U32),
    "org": ("AS Organization", STR),
    "lat": ("Latitude", DOUBLE),
    "lon": ("Longitude", DOUBLE),
}
"""By the attributes of Place."""


class End:
    """The fields of one end of one version of IP: its own, and beside each that of either end."""

    def __init__(self, protocol: str, end: str, words: str) -> None:
        name = f"{protocol}.geoip"
        self.summary = Field(f"{name}.{end}_summary", f"{words} GeoIP", STR, generated=True)
        self.fields = [
            tuple(
                Field(f"{name}.{prefix}{what}", f"{side} GeoIP {label}", kind, generated=True)
                for prefix, side in ((f"{end}_", words), ("", "Source or Destination"))
            )
            for what, (label, kind) in LABELS.items()
        ]


ENDS = {
    size: (End(protocol, "src", "Source"), End(protocol, "dst", "Destination"))
    for protocol, size in (("ip", 4), ("ipv6", 16))
}
"""By the octets of an address."""


def show_places(c: Cursor, source: bytes, destination: bytes) -> None:
    """Show where both ends are, if databases know; the cursor stands behind the two addresses."""
    known = c.preference(DATABASES)
    if known is None or c.at is None:
        return
    size = len(source)
    at = c.pos - 2 * size
    for end, address in zip(ENDS[size], (source, destination), strict=True):
        place = known.place(address)
        if place is not None:
            _show(c.put(end.summary, place.summary, at, size), end, place)
        at += size


def _show(summary: Node, end: End, place: Place) -> None:
    for fields, value in zip(end.fields, place, strict=True):
        if value is not None and value != "":
            for field in fields:
                summary.add(Node(field, summary.offset, summary.length, value))
