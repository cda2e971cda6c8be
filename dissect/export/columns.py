"""The columns of the packet list, as tshark's default profile has them."""

from __future__ import annotations

from dissect.engine.packet import Packet
from dissect.engine.values import address_text
from dissect.export.base import View
from dissect.export.sanitise import visible
from dissect.export.times import TimeColumn

TITLES = ("No.", "Time", "Source", "Destination", "Protocol", "Length", "Info")

Texts = tuple[str, str, str, str, str, str, str]
"""Number, time, source, destination, protocol, length, info."""

Rest = tuple[str, str, str, str, str]
"""The columns behind number and time."""

Ends = tuple[bytes | str, bytes | str]
"""Source and destination: octets by their length IPv6, IPv4 or MAC, or text."""


class Columns:
    """Makes the texts of all columns for one packet after another; safe to print."""

    def __init__(self, view: View) -> None:
        self._time = TimeColumn(view.time)
        self._outer = view.outer
        self._names = view.names

    def texts(self, packet: Packet, time: str | None = None) -> Texts:
        """All columns of a packet; the time is made here if it isn't given."""
        rest = self.rest(packet)  # decodes it, so that its time is known
        return (str(packet.number), self._time.text(packet) if time is None else time, *rest)

    def rest(self, packet: Packet) -> Rest:
        """The columns behind number and time."""
        packet.decode()
        source = destination = ""
        if packet.ends:
            ends = _outermost(packet.ends) if self._outer else packet.ends[-1]
            source, destination = self.address(ends[0]), self.address(ends[1])
        return (
            source,
            destination,
            visible(packet.protocol),
            str(packet.original),
            visible(packet.info),
        )

    def address(self, address: bytes | str) -> str:
        """What the list shows of an end."""
        if isinstance(address, str):
            return visible(address)
        if self._names and len(address) == 6:
            from dissect.export.names import mac_name

            return mac_name(address)
        return address_text(address)


def _outermost(ends: list[Ends]) -> Ends:
    """The outermost IP addresses, those of the link where there are none."""
    return next((pair for pair in ends if _is_ip(pair[0])), ends[0])


def _is_ip(address: bytes | str) -> bool:
    return isinstance(address, bytes) and len(address) in (4, 16)
