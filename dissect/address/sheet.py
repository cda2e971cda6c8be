"""What is found out about an address: facts with a name for programs and a label for people."""

from __future__ import annotations

from typing import NamedTuple

from dissect.address.inside import embedded
from dissect.address.mac import GROUP, LOCAL, vendor
from dissect.address.special import Block, block_of
from dissect.address.text import canonical

Value = str | int | bool | list[str] | None


class Fact(NamedTuple):
    """One line: ``key`` and ``value`` for JSON; ``label`` and ``lines`` for people.

    A fact without a label is for programs only.
    """

    key: str
    label: str
    value: Value
    lines: tuple[str, ...]


class Options(NamedTuple):
    """What to tell besides: vendors' names, IPv4 behind a translator's prefix, RFC 3041."""

    names: bool = True
    translator: tuple[bytes, int] | None = None
    history: bytes | None = None


class Sheet(list[Fact]):
    """The facts about one address, in the order in which they are told."""

    def tell(self, key: str, label: str, value: Value, *lines: str) -> None:
        """Add a fact; people see the value itself unless lines say it in words."""
        if not lines:
            lines = tuple(value) if isinstance(value, list) else (str(value),)
        self.append(Fact(key, label, value, lines))

    def kind(self, block: Block) -> None:
        """What block an address or prefix is in."""
        self.tell("kind", "kind", block.kind, f"{block.name} ({block.reference})")
        self.tell("reference", "", block.reference)
        if block.scope != "multicast":
            reach = ", but not globally reachable" if block.reachable is False else ""
            beyond = reach if block.scope == "global" else ""
            self.tell("scope", "scope", block.scope, block.scope + beyond)
        self.tell("globally_reachable", "", block.reachable)

    def ipv4(self, key: str, label: str, octets: bytes, note: str = "") -> None:
        """An IPv4 address with its meaning if it's a special one."""
        text, block = canonical(octets), block_of(octets)
        words = f", {block.name}" if block.kind != "global" else ""
        self.tell(key, label, text, text + words + note)

    def vendor(self, key: str, label: str, octets: bytes, names: bool) -> None:
        """A MAC address or EUI-64 with its vendor."""
        self.tell(key, label, octets.hex(":"))
        if not octets[0] & (LOCAL | GROUP) and names:
            found = vendor(octets[:3])
            self.tell("vendor", "vendor", found or None, found or "not registered")

    def inside(self, address: bytes, bits: int = 128) -> None:
        """IPv4 addresses and numbers of 6to4 and Teredo within the first bits of an address."""
        for part in embedded(address):
            if part.name not in TUNNELS or 8 * (part.offset + part.size) > bits:
                continue
            if part.name == "tc_port":
                self.teredo_flags(int.from_bytes(address[8:10], "big"))
            key, label = TUNNELS[part.name]
            if isinstance(part.value, bytes):
                self.ipv4(key, label, part.value)
            else:
                self.tell(key, label, part.value)

    def teredo_flags(self, flags: int) -> None:
        """``Cz Random1 UG Random2`` (RFC 4380, section 4; RFC 5991, section 3.1)."""
        words = ["cone NAT" if flags & 0x8000 else "cone bit not set"]
        if flags & 0x3CFF:
            words.append("random bits")
        if flags & 0x4300:
            words.append("bits that must be zero are set")
        self.tell("teredo_flags", "Teredo flags", flags, f"0x{flags:04x}: {', '.join(words)}")


TUNNELS = {
    "6to4_gw_ipv4": ("6to4_gateway", "6to4 gateway"),
    "6to4_sla_id": ("6to4_sla", "6to4 SLA ID"),
    "ts_ipv4": ("teredo_server", "Teredo server"),
    "tc_port": ("teredo_port", "mapped port"),
    "tc_ipv4": ("teredo_client", "mapped client"),
}
"""Parts of an address by their field's name: name and label here."""
