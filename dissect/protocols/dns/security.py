"""Keys, signatures, digests and proofs (RFC 4034, RFC 5155, RFC 8945 …)."""

from __future__ import annotations

import base64

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, STR, TIME, U8, U16, U32, X8, X16
from dissect.protocols.dns.codes import (
    ALGORITHMS,
    CERTIFICATES,
    DIGESTS,
    FINGERPRINTS,
    HASHES,
    MATCHINGS,
    RCODES,
    SELECTORS,
    SSH_ALGORITHMS,
    TKEY_MODES,
    TYPES,
    USAGES,
)
from dissect.protocols.dns.names import add_name
from dissect.protocols.dns.records import Record, domain, plain, record, rest, row, seconds

RSA_MD5 = 1


def _time(name: str, label: str) -> Field:
    return Field(name, label, TIME, convert=lambda value: value * 1_000_000_000)


def _flag(name: str, label: str, mask: int, unset: str, is_set: str) -> Field:
    return Field(name, label, BOOL, (unset, is_set), mask=mask)


# --- signatures

for _type in (24, 46):  # SIG (RFC 2931) looks like RRSIG
    row(
        _type,
        plain(Field("dns.rrsig.type_covered", "Type Covered", U16, TYPES)),
        plain(Field("dns.rrsig.algorithm", "Algorithm", U8, ALGORITHMS)),
        plain(Field("dns.rrsig.labels", "Labels", U8)),
        seconds(Field("dns.rrsig.original_ttl", "Original TTL", U32)),
        plain(_time("dns.rrsig.signature_expiration", "Signature Expiration"), 4),
        plain(_time("dns.rrsig.signature_inception", "Signature Inception"), 4),
        plain(Field("dns.rrsig.key_tag", "Key Tag", U16)),
        domain(Field("dns.rrsig.signers_name", "Signer's name", STR)),
        rest(Field("dns.rrsig.signature", "Signature", BYTES)),
    )

# --- keys

DNSKEY_FLAGS = Field(
    "dns.dnskey.flags", "Flags", X16,
    bits=(
        _flag("dns.dnskey.flags.zone_key", "Zone Key", 0x0100,
              "This it not a zone key", "This is the zone key for specified zone"),
        _flag("dns.dnskey.flags.key_revoked", "Key Revoked", 0x0080, "No", "Yes"),
        _flag("dns.dnskey.flags.secure_entry_point", "Key Signing Key", 0x0001, "No", "Yes"),
        Field("dns.dnskey.flags.reserved", "Key Signing Key", X16, mask=0xFE7E),
    ),
)  # fmt: skip
DNSKEY_PROTOCOL = Field("dns.dnskey.protocol", "Protocol", U8)
DNSKEY_ALGORITHM = Field("dns.dnskey.algorithm", "Algorithm", U8, ALGORITHMS)
DNSKEY_ID = Field("dns.dnskey.key_id", "Key id", U16, generated=True)
DNSKEY = Field("dns.dnskey.public_key", "Public Key", BYTES)

KEY_FLAGS = Field(
    "dns.key.flags", "Flags", X16,
    bits=(
        _flag("dns.key.flags.authentication", "Key allowed for authentication", 0x8000,
              "Allowed", "Not Allowed"),
        _flag("dns.key.flags.confidentiality", "Key allowed for confidentiality", 0x4000,
              "Allowed", "Not Allowed"),
        _flag("dns.key.flags.required", "Key required", 0x2000,
              "Required", "Experimental or optional"),
        _flag("dns.key.flags.associated_user", "Key is associated with a user", 0x0400,
              "No", "Yes"),
        _flag("dns.key.flags.associated_named_entity", "Key is associated with the named entity",
              0x0200, "No", "Yes"),
        _flag("dns.key.flags.ipsec", "Key use with IPSEC", 0x0080, "Invalid", "Valid"),
        _flag("dns.key.flags.mime", "Key use with MIME security multiparts", 0x0040,
              "Invalid", "Valid"),
        Field("dns.key.flags.signatory", "Signatory", U16, mask=0x000F),
    ),
)  # fmt: skip
KEY_PROTOCOL = Field("dns.key.protocol", "Protocol", U8)
KEY_ALGORITHM = Field("dns.key.algorithm", "Algorithm", U8, ALGORITHMS)
KEY_ID = Field("dns.key.key_id", "Key ID", U16, generated=True)
KEY = Field("dns.key.public_key", "Public Key", BYTES)

NO_KEY_ID = Note(
    "dns.key_id_buffer_too_short", Severity.WARNING, Group.PROTOCOL,
    "Buffer too short to compute a key id",
)  # fmt: skip


@record(48)
@record(60)
def dnskey(c: Cursor, rr: Record) -> None:
    """A zone's key, or what a child wants to be one (RFC 7344, section 3.2)."""
    _key(c, DNSKEY_FLAGS, DNSKEY_PROTOCOL, DNSKEY_ALGORITHM, DNSKEY_ID, DNSKEY)


@record(25)
def key(c: Cursor, rr: Record) -> None:
    """Its predecessor (RFC 2535, section 3.1)."""
    _key(c, KEY_FLAGS, KEY_PROTOCOL, KEY_ALGORITHM, KEY_ID, KEY)


def _key(
    c: Cursor, flags: Field, protocol: Field, algorithm: Field, tag: Field, key: Field
) -> None:
    octets = c.peek(c.left)
    c.add(flags)
    c.add(protocol)
    kind = c.add(algorithm)
    if len(octets) < 4 or (kind == RSA_MD5 and len(octets) < 7):
        c.note(NO_KEY_ID, c.at)
    else:
        c.put(tag, key_tag(octets, kind))
    if c.more:
        c.add(key, c.left)


def key_tag(octets: bytes, algorithm: int) -> int:
    """The number that signatures call a key by (RFC 4034, appendix B)."""
    if algorithm == RSA_MD5:
        return int.from_bytes(octets[-3:-1], "big")
    total = sum(octets[::2]) * 256 + sum(octets[1::2])
    return total + (total >> 16) & 0xFFFF


# --- digests and proofs

for _type in (43, 59, 32769):  # DS, CDS, DLV
    row(
        _type,
        plain(Field("dns.ds.key_id", "Key id", X16)),
        plain(Field("dns.ds.algorithm", "Algorithm", U8, ALGORITHMS)),
        plain(Field("dns.ds.digest_type", "Digest Type", U8, DIGESTS)),
        rest(Field("dns.ds.digest", "Digest", BYTES)),
    )


def _zone_digest(names: dict[int, str]) -> dict[int, str]:
    unassigned = {code: "Unassigned" for code in range(240) if code not in names}
    private = dict.fromkeys(range(240, 255), "Private Use")
    return names | unassigned | private | {0: "Reserved", 255: "Reserved"}


row(
    63,
    plain(Field("dns.zonemd.serial", "Serial", U32)),
    plain(Field("dns.zonemd.scheme", "Scheme", U8, _zone_digest({1: "SIMPLE"}))),
    plain(
        Field(
            "dns.zonemd.hash_algo",
            "Hash Algorithm",
            U8,
            _zone_digest({1: "SHA-384", 2: "SHA-512"}),
        )
    ),
    rest(Field("dns.zonemd.digest", "Digest", BYTES)),
)

IN_BITMAP = Field("dns.resp.type", "RR type in bit map", U16, TYPES)
NSEC_NEXT = Field("dns.nsec.next_domain_name", "Next Domain Name", STR)
NXT_NEXT = Field("dns.nxt.next_domain_name", "Next Domain Name", STR)
CSYNC_SOA = Field("dns.csync.soa", "SOA", U32)
CSYNC_FLAGS = Field(
    "dns.csync.flags", "Flags", X16,
    bits=(
        Field("dns.csync.flags.immediate", "immediate", BOOL, mask=1),
        Field("dns.csync.flags.soaminimum", "soaminimum", BOOL, mask=2),
    ),
)  # fmt: skip
CSYNC_BITMAP = Field("dns.csync.type_bitmap", "Type Bitmap", BYTES)


def types(c: Cursor) -> None:
    """The types in a bit map, which is cut into windows of 256 (RFC 4034, section 4.1.2)."""
    while c.more:
        window = c.uint(1)
        with c.limit(c.uint(1), "window"):
            _bits(c, window << 8)


def _bits(c: Cursor, first: int) -> None:
    while c.more:
        octet = c.uint(1)
        for bit in range(8):
            if octet & 0x80 >> bit:
                code = first + bit
                c.put(IN_BITMAP, code, c.pos - 1, 1).text = (
                    "RR type in bit map: %s",
                    TYPES.get(code, "Unknown"),
                )
        first += 8


@record(47)
def nsec(c: Cursor, rr: Record) -> None:
    """The next name of a zone, and what this one has (RFC 4034, section 4.1)."""
    name = add_name(c, rr.message, NSEC_NEXT).text
    c.info_add(" %s", name)
    rr.line = (", next domain name %s", name)
    types(c)


@record(30)
def nxt(c: Cursor, rr: Record) -> None:
    """Its predecessor, with a single bit map (RFC 2535, section 5.2)."""
    name = add_name(c, rr.message, NXT_NEXT).text
    c.info_add(" %s", name)
    rr.line = (", next domain name %s", name)
    _bits(c, 0)


@record(62)
def csync(c: Cursor, rr: Record) -> None:
    """What the parent zone may copy from this one (RFC 7477, section 2.1)."""
    c.add(CSYNC_SOA)
    c.add(CSYNC_FLAGS)
    if c.more:
        c.peek_add(CSYNC_BITMAP, c.left)
    types(c)


NSEC3_ALGORITHM = Field("dns.nsec3.algo", "Hash algorithm", U8, HASHES)
NSEC3_FLAGS = Field(
    "dns.nsec3.flags", "NSEC3 flags", U8,
    bits=(
        _flag("dns.nsec3.flags.opt_out", "NSEC3 Opt-out flag", 1,
              "Additional insecure delegations forbidden",
              "Additional insecure delegations allowed"),
    ),
)  # fmt: skip
NSEC3PARAM_FLAGS = Field("dns.nsec3.flags", "NSEC3 flags", U8)
"""Without a flag for opting out (RFC 5155, section 4.1.2)."""
NSEC3_ITERATIONS = Field("dns.nsec3.iterations", "NSEC3 iterations", U16)
NSEC3_SALT_LENGTH = Field("dns.nsec3.salt_length", "Salt length", U8)
NSEC3_SALT = Field("dns.nsec3.salt_value", "Salt value", BYTES)
NSEC3_HASH_LENGTH = Field("dns.nsec3.hash_length", "Hash length", U8)
NSEC3_HASH = Field("dns.nsec3.hash_value", "Next hashed owner", STR)


@record(50)
def nsec3(c: Cursor, rr: Record) -> None:
    """The same with hashed names (RFC 5155, section 3.2), which are shown as zones have them."""
    _nsec3(c, NSEC3_FLAGS)
    size = c.add(NSEC3_HASH_LENGTH)
    c.need(size)
    shown = base64.b32hexencode(c.peek(size)).decode().rstrip("=").lower()
    c.put(NSEC3_HASH, shown, c.pos, size)
    c.skip(size)
    types(c)


@record(51)
def nsec3param(c: Cursor, rr: Record) -> None:
    """How a server is to hash (RFC 5155, section 4.2)."""
    c.info_add(" %s", rr.name.text)
    _nsec3(c, NSEC3PARAM_FLAGS)


def _nsec3(c: Cursor, flags: Field) -> None:
    c.add(NSEC3_ALGORITHM)
    c.add(flags)
    c.add(NSEC3_ITERATIONS)
    c.add(NSEC3_SALT, c.add(NSEC3_SALT_LENGTH))


# --- certificates, keys of other protocols

row(
    37,
    plain(Field("dns.cert.type", "Type", U16, CERTIFICATES)),
    plain(Field("dns.cert.key_tag", "Key Tag", X16)),
    plain(Field("dns.cert.algorithm", "Algorithm", U8, ALGORITHMS)),
    rest(Field("dns.cert.certificate", "Certificate (or CRL)", BYTES)),
)
row(
    44,
    plain(Field("dns.sshfp.algorithm", "Algorithm", U8, SSH_ALGORITHMS)),
    plain(Field("dns.sshfp.fingerprint.type", "Fingerprint type", U8, FINGERPRINTS)),
    rest(Field("dns.sshfp.fingerprint", "Fingerprint", BYTES)),
)
row(
    52,
    plain(Field("dns.tlsa.certificate_usage", "Certificate Usage", U8, USAGES)),
    plain(Field("dns.tlsa.selector", "Selector", U8, SELECTORS)),
    plain(Field("dns.tlsa.matching_type", "Matching Type", U8, MATCHINGS)),
    rest(Field("dns.tlsa.certificate_association_data", "Certificate Association Data", BYTES)),
    owner=True,
)
row(61, rest(Field("dns.openpgpkey", "OpenPGP Key", STR)))

# --- transactions

TSIG_ALGORITHM = Field("dns.tsig.algorithm_name", "Algorithm Name", STR)
TSIG_TIME = _time("dns.tsig.time_signed", "Time Signed")
TSIG_FUDGE = Field("dns.tsig.fudge", "Fudge", U16)
TSIG_SIZE = Field("dns.tsig.mac_size", "MAC Size", U16)
TSIG_MAC = Field("dns.tsig.mac", "MAC", NONE)
TSIG_ID = Field("dns.tsig.original_id", "Original Id", U16)
TSIG_ERROR = Field("dns.tsig.error", "Error", U16, RCODES)
TSIG_OTHER_LENGTH = Field("dns.tsig.other_len", "Other Len", U16)
TSIG_OTHER = Field("dns.tsig.other_data", "Other Data", BYTES)
NO_ALGORITHM = Note(
    "dns.tsig.noalg", Severity.WARNING, Group.UNDECODED, "No dissector for algorithm"
)


@record(250)
def tsig(c: Cursor, rr: Record) -> None:
    """A message's signature with a shared secret (RFC 8945, section 4.2)."""
    algorithm = add_name(c, rr.message, TSIG_ALGORITHM).text
    c.add(TSIG_TIME, 6)
    c.add(TSIG_FUDGE)
    size = c.add(TSIG_SIZE)
    if size:
        c.add(TSIG_MAC, size)
        c.note(NO_ALGORITHM, c.last, f"{NO_ALGORITHM.text}:{algorithm}")
    c.add(TSIG_ID)
    c.add(TSIG_ERROR)
    size = c.add(TSIG_OTHER_LENGTH)
    if size:
        c.add(TSIG_OTHER, size)


TKEY_ALGORITHM = Field("dns.tkey.algo_name", "Algorithm name", STR)
TKEY_INCEPTION = _time("dns.tkey.signature_inception", "Signature Inception")
TKEY_EXPIRATION = _time("dns.tkey.signature_expiration", "Signature Expiration")
TKEY_MODE = Field("dns.tkey.mode", "Mode", U16, TKEY_MODES)
TKEY_ERROR = Field("dns.tkey.error", "Error", U16, RCODES)
TKEY_SIZE = Field("dns.tkey.key_size", "Key Size", U16)
TKEY_KEY = Field("dns.tkey.key_data", "Key Data", BYTES)
TKEY_OTHER_SIZE = Field("dns.tkey.other_size", "Other Size", U16)
TKEY_OTHER = Field("dns.tkey.other_data", "Other Data", BYTES)


@record(249)
def tkey(c: Cursor, rr: Record) -> None:
    """How both sides come to share a secret (RFC 2930, section 2)."""
    add_name(c, rr.message, TKEY_ALGORITHM)
    c.add(TKEY_INCEPTION, 4)
    c.add(TKEY_EXPIRATION, 4)
    c.add(TKEY_MODE)
    c.add(TKEY_ERROR)
    for length, data in ((TKEY_SIZE, TKEY_KEY), (TKEY_OTHER_SIZE, TKEY_OTHER)):
        size = c.add(length)
        if size:
            c.add(data, size)


CAA_FLAGS = Field(
    "dns.caa.flags", "CAA Flags", X8,
    bits=(_flag("dns.caa.flags.issuer_critical", "Issuer Critical", 0x80,
                "Not critical", "Critical"),),
)  # fmt: skip
CAA_KINDS = {
    b"issue": Field("dns.caa.issue", "Issue", STR),
    b"issuewild": Field("dns.caa.issuewild", "Issue Wildcard", STR),
    b"iodef": Field("dns.caa.iodef", "Report URL", STR),
}
CAA_UNKNOWN = Field("dns.caa.unknown", "Unknown tag", STR)
CAA_TAG_LENGTH = Field("dns.caa.tag_length", "Tag length", U8)
CAA_TAG = Field("dns.caa.tag", "Tag", STR)
CAA_VALUE = Field("dns.caa.value", "Value", STR)


@record(257)
def caa(c: Cursor, rr: Record) -> None:
    """Who may issue certificates for a name (RFC 8659, section 4.1)."""
    c.add(CAA_FLAGS)
    c.need(1)
    tag = c.peek(c.octet(), 1)
    with c.item(CAA_KINDS.get(tag.lower(), CAA_UNKNOWN)) as node:
        size = c.add(CAA_TAG_LENGTH)
        c.add(CAA_TAG, size)
        node.value = c.add(CAA_VALUE, c.left)
