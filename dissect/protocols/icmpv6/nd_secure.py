"""Options of SEcure Neighbor Discovery (RFC 3971, sections 5 and 6), and proxies (RFC 6496).

CGA             Pad Length, Reserved, CGA Parameters (RFC 3972, section 3), padding
RSA Signature   Reserved (2), Key Hash (16), signature, padding
Timestamp       Reserved (6), seconds since 1970 (6), 1/65536 seconds (2)
Nonce           random octets
Trust Anchor    Name Type, Pad Length, name, padding
Certificate     Cert Type, Reserved, certificate, padding
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, NONE, STR, TIME, U8, U16, U32
from dissect.protocols.icmpv6.names import domain_name
from dissect.protocols.icmpv6.nd_options import PADDING, RESERVED, Words, option

HEAD = 4
"""Octets of options with a Pad Length in front of what is padded.  It is within the length that
the option says, wherever the message ends (RFC 3971, sections 5.1 and 6.4.3)."""

PAD_LENGTH = Field("icmpv6.opt.cga.pad_length", "Pad Length", U8)
CGA = Field("icmpv6.opt.cga", "CGA", BYTES)
MODIFIER = Field("icmpv6.opt.cga.modifier", "Modifier", BYTES)
SUBNET_PREFIX = Field("icmpv6.opt.cga.subnet_prefix", "Subnet Prefix", BYTES)
COUNT = Field("icmpv6.opt.cga.count", "Count", BYTES)
PUBLIC_KEY = Field("icmpv6.opt.cga.subject_public_key_info", "Subject Public Key Info", NONE)
EXT_TYPE = Field("icmpv6.opt.cga.ext_type", "Ext Type", U16)
EXT_LENGTH = Field("icmpv6.opt.cga.ext_length", "Ext Length", U16)
EXT_DATA = Field("icmpv6.opt.cga.ext_data", "Ext Data", BYTES)

KEY_HASH = Field("icmpv6.opt.rsa.key_hash", "Key Hash", BYTES)
PROXY_KEY_HASH = Field("icmpv6.opt.ps.key_hash", "Key Hash", BYTES)
SIGNATURE = Field("icmpv6.opt.digital_signature_padding", "Digital Signature and Padding", NONE)


def since_1970(raw: int) -> int:
    """Nanoseconds, from 48 bits of seconds and 16 bits of 1/65536 seconds."""
    return (raw >> 16) * 1_000_000_000 + ((raw & 0xFFFF) * 1_000_000_000 >> 16)


TIMESTAMP = Field("icmpv6.opt.timestamp", "Timestamp", TIME, convert=since_1970)
NONCE = Field("icmpv6.opt.nonce", "Nonce", BYTES)

NAME_TYPES = {
    1: "DER Encoded X.501 Name",
    2: "FQDN",
    3: "SHA-1 Subject Key Identifier (SKI)",
    4: "SHA-224 Subject Key Identifier (SKI)",
    5: "SHA-256 Subject Key Identifier (SKI)",
    6: "SHA-384 Subject Key Identifier (SKI)",
    7: "SHA-512 Subject Key Identifier (SKI)",
    253: "Reserved for Experimental Use",
    254: "Reserved for Experimental Use",
    255: "Reserved",
}
NAME_TYPE = Field("icmpv6.opt.name_type", "Name Type", U8, NAME_TYPES)
CERT_TYPE = Field("icmpv6.opt.name_type", "Cert Type", U8, {1: "X.509v3 Certificate"})
NAME_X501 = Field("icmpv6.opt.name_x501", "DER Encoded X.501 Name", BYTES)
X509_NAME = Field("icmpv6.x509_Name", "Name", U32, {0: "rdnSequence"})
NAME_FQDN = Field("icmpv6.opt.name_type.fqdn", "FQDN", STR)
X509_CERTIFICATE = Field("icmpv6.x509_Certificate", "Certificate", NONE)
CERTIFICATE = Field("icmpv6.opt.certificate_padding", "Certificate and Padding", NONE)


def der_size(c: Cursor) -> int:
    """Octets of the DER value at the cursor, its tag and length with it (X.690, section 8.1)."""
    c.need(2)
    first = c.peek(1, 1)[0]
    if first < 0x80:
        return 2 + first
    octets = first & 0x7F
    c.need(2 + octets)
    return 2 + octets + int.from_bytes(c.peek(octets, 2), "big")


@option(11, "CGA")
def cga(c: Cursor, size: int) -> Words:
    """What a cryptographically generated address was made from."""
    padding = c.add(PAD_LENGTH)
    c.add(RESERVED, 1)
    with c.item(CGA, size - HEAD - padding, because=PAD_LENGTH.name):
        c.add(MODIFIER, 16)
        c.add(SUBNET_PREFIX, 8)
        c.add(COUNT, 1)
        c.add(PUBLIC_KEY, der_size(c))
        while c.more:
            c.add(EXT_TYPE)
            c.add(EXT_DATA, c.add(EXT_LENGTH))
    if c.more:
        c.add(PADDING, c.left)
    return None


@option(12, "RSA Signature")
def rsa_signature(c: Cursor, size: int) -> Words:
    """Over the message, with the key of the CGA option."""
    return _signature(c, KEY_HASH)


@option(32, "Proxy Signature (PS)")
def proxy_signature(c: Cursor, size: int) -> Words:
    """Of a proxy, in the place of an RSA Signature."""
    return _signature(c, PROXY_KEY_HASH)


def _signature(c: Cursor, key_hash: Field) -> Words:
    c.add(RESERVED, 2)
    c.add(key_hash, 16)
    c.add(SIGNATURE, c.left)
    return None


@option(13, "Timestamp")
def timestamp(c: Cursor, size: int) -> Words:
    """When the message was sent."""
    c.add(RESERVED, 6)
    c.add(TIMESTAMP)
    return None


@option(14, "Nonce")
def nonce(c: Cursor, size: int) -> Words:
    """Ties an answer to its solicitation."""
    c.add(NONCE, c.left)
    return None


@option(15, "Trust Anchor")
def trust_anchor(c: Cursor, size: int) -> Words:
    """Whom the sender trusts."""
    kind = c.add(NAME_TYPE)
    padding = c.add(PAD_LENGTH)
    with c.limit(size - HEAD - padding, PAD_LENGTH.name):
        if kind == 1:
            with c.item(NAME_X501, c.left):
                c.put(X509_NAME, 0, c.pos, der_size(c))
        elif kind == 2:
            at, room = c.pos, c.left
            c.put(NAME_FQDN, domain_name(c), at, room)
    c.add(PADDING, c.left)
    return None


@option(16, "Certificate")
def certificate(c: Cursor, size: int) -> Words:
    """One certificate of a path."""
    kind = c.add(CERT_TYPE)
    c.add(RESERVED, 1)
    if kind != 1:
        c.add(CERTIFICATE, c.left)
        return None
    c.add(X509_CERTIFICATE, der_size(c))
    if c.more:
        c.add(PADDING, c.left)
    return None
