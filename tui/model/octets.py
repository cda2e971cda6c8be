"""Octets as text to be pasted somewhere."""

from __future__ import annotations

LINE = 12
"""Octets on a line of source."""


def as_hex(octets: bytes) -> str:
    """``60 00 00 00``, sixteen on a line."""
    return "\n".join(octets[at : at + 16].hex(" ") for at in range(0, len(octets), 16))


def as_c(octets: bytes) -> str:
    """A C array."""
    lines = (octets[at : at + LINE] for at in range(0, len(octets), LINE))
    body = ",\n".join("    " + ", ".join(f"0x{octet:02x}" for octet in line) for line in lines)
    return f"static const unsigned char packet[{len(octets)}] = {{\n{body}\n}};\n"


def as_python(octets: bytes) -> str:
    """Python's bytes, written so that a person can read them."""
    if len(octets) <= LINE:
        return f'bytes.fromhex("{octets.hex(" ")}")'
    lines = "\n".join(f'    "{octets[at : at + 16].hex(" ")}"' for at in range(0, len(octets), 16))
    return f"bytes.fromhex(\n{lines}\n)"
