"""ICMP router advertisement (RFC 1256, section 3) with mobility extensions (RFC 5944, 2.1).

+---------------+---------------+-------------------------------+
| Num Addresses |  Entry Size   |           Lifetime            |
+---------------+---------------+-------------------------------+
|  Router Address, Preference Level (4 octets each) per entry   |
|  Extensions: Type, Length, data                               |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, I32, IPV4, U8, U16, X16

ADDRESSES = Field("icmp.num_addrs", "Number of addresses", U8)
ENTRY_SIZE = Field("icmp.addr_entry_size", "Address entry size", U8)
LIFETIME = Field("icmp.lifetime", "Lifetime", U16)
ROUTER = Field("icmp.router_address", "Router address", IPV4)
PREFERENCE = Field("icmp.pref_level", "Preference level", I32)

EXTENSIONS = {
    0: "One byte padding extension",
    16: "Mobility Agent Advertisement Extension",
    19: "Prefix Lengths Extension",
    24: "Challenge Extension",
}
TYPE = Field("icmp.mip.type", "Extension Type", U8, EXTENSIONS)
LENGTH = Field("icmp.mip.length", "Length", U8)
SEQUENCE = Field("icmp.mip.seq", "Sequence Number", U16)
REGISTRATION = Field("icmp.mip.life", "Registration Lifetime", U16)
FLAG_NAMES = (
    ("r", "Registration Required"), ("b", "Busy"), ("h", "Home Agent"), ("f", "Foreign Agent"),
    ("m", "Minimal Encapsulation"), ("g", "GRE"), ("v", "VJ Comp"), ("rt", "Reverse tunneling"),
    ("u", "UDP tunneling"), ("x", "Revocation support"),
)  # fmt: skip
FLAGS = Field(
    "icmp.mip.flags", "Flags", X16,
    bits=(
        *(
            Field(f"icmp.mip.{name}", label, BOOL, mask=0x8000 >> place)
            for place, (name, label) in enumerate(FLAG_NAMES)
        ),
        Field("icmp.mip.reserved", "Reserved", X16, mask=0x003F),
    ),
)  # fmt: skip
CARE_OF = Field("icmp.mip.coa", "Care-Of-Address", IPV4)
PREFIX_LENGTH = Field("icmp.mip.prefixlength", "Prefix Length", U8)
CHALLENGE = Field("icmp.mip.challenge", "Challenge", BYTES)
CONTENT = Field("icmp.mip.content", "Content", BYTES)

PADDING, MOBILITY_AGENT, PREFIX_LENGTHS, CHALLENGES = 0, 16, 19, 24


def router_advertisement(c: Cursor, head: Any) -> Result:
    """The addresses of the routers, then extensions of mobility agents."""
    count = c.add(ADDRESSES)
    size = c.add(ENTRY_SIZE)
    lifetime = c.add(LIFETIME)
    c.last.suffix = f" ({duration(lifetime)})"
    if size != 2:
        return Next(name="data", into=c.layer) if c.left > 0 else None
    for _ in range(count):
        c.add(ROUTER)
        c.add(PREFERENCE)
    if head.code in (0, 16):
        while c.more:
            _extension(c)
    return None


def _extension(c: Cursor) -> None:
    kind = c.peek(1)
    c.need(1)
    with c.text("Ext: %s", EXTENSIONS.get(kind[0], f"Unknown ext {kind[0]}")):
        c.add(TYPE)
        if kind[0] == PADDING:
            return
        length = c.add(LENGTH)
        with c.limit(length, because="icmp.mip.length"):
            if kind[0] == MOBILITY_AGENT:
                _mobility_agent(c)
            elif kind[0] == PREFIX_LENGTHS:
                while c.more:
                    c.add(PREFIX_LENGTH)
            elif c.left:
                c.add(CHALLENGE if kind[0] == CHALLENGES else CONTENT, c.left)


def _mobility_agent(c: Cursor) -> None:
    c.add(SEQUENCE)
    c.add(REGISTRATION)
    flags = c.add(FLAGS)
    c.last.suffix = "".join(
        f", {label}" for place, (_, label) in enumerate(FLAG_NAMES) if flags & 0x8000 >> place
    )
    while c.left >= 4:
        c.add(CARE_OF)


def duration(value: int, per_second: int = 1) -> str:
    """A time in words: ``18 hours, 12 minutes, 15 seconds``."""
    seconds, rest = divmod(value, per_second)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if number
    ]
    if rest:
        parts.append(f"{seconds}.{rest:03d} seconds")
    elif seconds or not parts:
        parts.append(f"{seconds} second{'' if seconds == 1 else 's'}")
    return ", ".join(parts)
