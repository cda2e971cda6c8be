"""Options that prove who registers an address (RFC 8928, sections 4.3 and 4.4).

Crypto-ID Parameters   Reserved (5 bits), Public Key Length (11), Crypto-Type (1 octet), Modifier,
                       EARO Length, public key, padding
NDP Signature          Reserved (5 bits), Signature Length (11), Reserved (4 octets), signature,
                       padding

The fields are ours: Wireshark 4.0 has none.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8, U16
from dissect.protocols.icmpv6.messages import reserved
from dissect.protocols.icmpv6.nd_options import PADDING, Words, option

OWN = "sixscope.icmpv6.opt."
CRYPTO_TYPES = {0: "ECDSA256", 1: "Ed25519", 2: "ECDSA25519"}


class CryptoIdParameters(Header):
    """Behind type and length, 5 octets."""

    __hdr__ = (("_word", "H", 0), ("type", "B", 0), ("modifier", "B", 0), ("earo", "B", 0))
    __bit_fields__ = {"_word": (("reserved", 5), ("key_length", 11))}
    names = (
        F("reserved", f"{OWN}cipo.reserved", "Reserved", U8),
        F("key_length", f"{OWN}cipo.key_length", "Public key length", U16),
        F("type", f"{OWN}cipo.type", "Crypto-Type", CRYPTO_TYPES),
        F("modifier", f"{OWN}cipo.modifier", "Modifier"),
        F("earo", f"{OWN}cipo.earo_length", "Length of the Address Registration Option"),
    )


class Signature(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("_word", "H", 0), ("reserved2", "I", 0))
    __bit_fields__ = {"_word": (("reserved1", 5), ("length", 11))}
    names = (
        F("reserved1", f"{OWN}ndpso.reserved", "Reserved", U8),
        F("length", f"{OWN}ndpso.length", "Signature length", U16),
        reserved("reserved2", "icmpv6.opt.reserved"),
    )


KEY = Field(f"{OWN}cipo.key", "Public key", BYTES)
SIGNATURE = Field(f"{OWN}ndpso.signature", "Digital signature", BYTES)


@option(39, "Crypto-ID Parameters")
def crypto_id_parameters(c: Cursor, size: int) -> Words:
    """What the verifier in an Address Registration was made from."""
    told = c.header(CryptoIdParameters)
    _padded(c, KEY, told.key_length)
    return " : %s", CRYPTO_TYPES.get(told.type) or f"Unknown {told.type}"


@option(40, "NDP Signature")
def ndp_signature(c: Cursor, size: int) -> Words:
    """By the key of the Crypto-ID."""
    _padded(c, SIGNATURE, c.header(Signature).length)
    return None


def _padded(c: Cursor, field: Field, size: int) -> None:
    c.add(field, size)
    if c.more:
        c.add(PADDING, c.left)
