"""Parameters of the Host Identity Protocol (RFC 7401, section 5.2; version 1: RFC 5201).

Locators are those of RFC 8046, registrations of RFC 8003, the rendezvous' parameters of RFC 8004,
ESP's of RFC 7402, certificates of RFC 8002, and what serves behind NATs of RFC 5770.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, STR, U8, U16, U32, X8, X16, X32
from dissect.protocols.codes import hip as codes

Reader = Callable[[Cursor, int], None]
"""Reads a parameter's value; gets HIP's version."""


class EspInfo(Header):
    """12 octets."""

    __hdr__ = (("reserved", "H", 0), ("index", "H", 0), ("old", "I", 0), ("new", "I", 0))
    names = (
        F("reserved", "hip.tlv_esp_info_reserved", "Reserved", X16),
        F("index", "hip.tlv_esp_info_key_index", "Keymaterial Index", X16),
        F("old", "hip.tlv_esp_info_old_spi", "Old SPI", X32),
        F("new", "hip.tlv_esp_info_new_spi", "New SPI", X32),
    )


class LocatorHead(Header):
    """8 octets."""

    __hdr__ = (
        ("traffic", "B", 0), ("type", "B", 0), ("len", "B", 4), ("reserved", "B", 0),
        ("lifetime", "I", 0),
    )  # fmt: skip
    names = (
        F("traffic", "hip.tlv.locator_traffic_type", "Traffic Type"),
        F("type", "hip.tlv.locator_type", "Locator Type"),
        F("len", "hip.tlv.locator_len", "Locator Length"),
        F("reserved", "hip.tlv.locator_reserved", "Reserved", X8),
        F("lifetime", "hip.tlv.locator_lifetime", "Locator Lifetime"),
    )


class TransportLocator(Header):
    """12 octets before the address of a locator with a port."""

    __hdr__ = (
        ("port", "H", 0), ("protocol", "B", 17), ("kind", "B", 0), ("priority", "I", 0),
        ("spi", "I", 0),
    )  # fmt: skip
    names = (
        F("port", "hip.tlv.locator_port", "Locator port"),
        F("protocol", "hip.tlv.locator_transport_protocol", "Transport protocol"),
        F("kind", "hip.tlv.locator_kind", "Locator kind", X8),
        F("priority", "hip.tlv.locator_priority", "Locator priority", X32),
        F("spi", "hip.tlv.locator_spi", "Locator SPI", X32),
    )


class Certificate(Header):
    """4 octets."""

    __hdr__ = (("group", "B", 0), ("count", "B", 0), ("id", "B", 0), ("type", "B", 0))
    names = (
        F("group", "hip.tlv.cert_group", "Cert group"),
        F("count", "hip.tlv.cert_count", "Cert count"),
        F("id", "hip.tlv.cert_id", "Cert ID"),
        F("type", "hip.tlv.cert_type", "Cert type"),
    )


class HostIdentity(Header):
    """4 octets."""

    __hdr__ = (("len", "H", 0), ("_domain", "H", 0))
    __bit_fields__ = {"_domain": (("domain_type", 4), ("domain_len", 12))}
    names = (
        F("len", "hip.tlv.host_id_length", "Host Identity Length"),
        F("domain_type", "hip.tlv.host_domain_id_type", "Domain Identifier Type", U8, span=(2, 1)),
        F("domain_len", "hip.tlv.host_domain_id_length", "Domain Identifier Length", U16),
    )


class KeyHeader(Header):
    """4 octets: the head of a KEY record, in version 1 only."""

    __hdr__ = (("word", "I", 0x0202FF05),)
    names = (
        F("word", "hip.tlv.host_id_hdr", "Host Identity flags", X32, bits=(
            F("word", "hip.tlv.host_id_header_flags", "Host Identity Header Flags", X32,
              codes.KEY_FLAGS, within=(0, 16), span=(0, 2)),
            F("word", "hip.tlv.host_id_header_proto", "Host Identity Header Protocol", X32,
              codes.KEY_PROTOCOLS, within=(16, 8), span=(2, 1)),
            F("word", "hip.tlv.host_id_header_algo", "Host Identity Header Algorithm", X32,
              codes.ALGORITHMS, within=(24, 8), span=(3, 1)),
        )),
    )  # fmt: skip


COUNTER_RESERVED = Field("hip.tlv.r1_reserved", "Reserved", X32)
COUNTER = Field("hip.tlv.r1_counter", "R1 Counter", BYTES)
PUZZLE_K = Field("hip.tlv_puzzle_k", "Difficulty (K)", U8)
PUZZLE_LIFETIME = Field("hip.tlv_puzzle_lifetime", "Lifetime", U8)
PUZZLE_OPAQUE = Field("hip.tlv_puzzle_opaque", "Opaque Data", X16)
PUZZLE_I = Field("hip.tlv.puzzle_random_i", "Random number (I)", BYTES)
SOLUTION_K = Field("hip.tlv_solution_k", "Difficulty (K)", U8)
SOLUTION_RESERVED = Field("hip.tlv_solution_reserved", "Reserved", U8)
SOLUTION_OPAQUE = Field("hip.tlv_solution_opaque", "Opaque Data", X16)
SOLUTION_I = Field("hip.tlv.solution_random_i", "Random number (I)", BYTES)
SOLUTION_J = Field("hip.tlv_solution_j", "Solution (J)", BYTES)
SEQUENCE = Field("hip.tlv_seq_update_id", "Seq Update ID", X32)
ACKNOWLEDGED = Field("hip.tlv_ack_updid", "ACKed Peer Update ID", X32)
DH_GROUP = Field("hip.tlv.dh_group_id", "Group ID", U8, codes.GROUPS)
DH_LENGTH = Field("hip.tlv.dh_pv_length", "Public Value Length", U16)
DH_VALUE = Field("hip.tlv.dh_public_value", "Public Value", BYTES)
TRANSFORM = Field("hip.tlv.trans_id", "Transform ID", U16, codes.TRANSFORMS)
ESP_SUITE = Field("hip.tlv.trans_id", "Transform ID", U16, codes.ESP_SUITES)
LIST_RESERVED = Field("hip.tlv.esp_trans_res", "Reserved", X16)
CIPHER = Field("hip.tlv.cipher_id", "Cipher ID", U16, codes.CIPHERS)
NAT_MODE = Field("hip.tlv.nat_traversal_mode_id", "NAT Traversal Mode ID", X16, codes.NAT_MODES)
PACING = Field("hip.tlv_transaction_minta", "Min Ta", U32)
ENCRYPTED_RESERVED = Field("hip.tlv.enc_reserved", "Reserved", X32)
ENCRYPTED = Field("hip.encrypted_parameter_data", "Encrypted Parameter Data", BYTES)
ALGORITHM = Field("sixscope.hip.host_id.algorithm", "Algorithm", U16, codes.ALGORITHMS)
KEY_T = Field("hip.tlv.host_identity_t", "Host Identity T", U8)
KEY_Q = Field("hip.tlv.host_identity_q", "Host Identity Q", BYTES)
KEY_P = Field("hip.tlv.host_id_p", "Host Identity P", BYTES)
KEY_G = Field("hip.tlv.host_id_g", "Host Identity G", BYTES)
KEY_Y = Field("hip.tlv.host_id_y", "Host Identity Y (public value)", BYTES)
KEY_E_LENGTH = Field(
    "hip.tlv.host_id_e_length", "RSA Host Identity exponent length (e_len)", U16
)  # fmt: skip
KEY_E = Field("hip.tlv.host_id_e", "RSA Host Identity exponent (e)", BYTES)
KEY_N = Field("hip.tlv.host_id_n", "RSA Host Identity public modulus (n)", BYTES)
KEY_UNKNOWN = Field("sixscope.hip.host_id.key", "Host Identity", BYTES)
CURVE = Field("sixscope.hip.host_id.curve", "ECC Curve", U16)
CURVE_KEY = Field("sixscope.hip.host_id.public_key", "Public Key", BYTES)
FQDN = Field("hip.fqdn", "FQDN", STR)
NAI = Field("hip.nai", "NAI", STR)
HIT_SUITE = Field("hip.tlv.hit_suite_id", "HIT Suite ID", U8, codes.HIT_SUITES, mask=0xF0)
CERTIFICATE = Field("hip.tlv.certificate", "Certificate", BYTES)
NOTE_RESERVED = Field("hip.tlv.notification_res", "Notification Reserved", X16)
NOTE_TYPE = Field(
    "hip.tlv.notification_type", "Notification Message Type", U16, codes.NOTIFICATIONS,
    mask=0xFFFF,
)  # fmt: skip
NOTE_DATA = Field("hip.tlv.notification_data", "Notification Data", BYTES)
OPAQUE = Field("hip.tlv.opaque_data", "Opaque Data", BYTES)
LIFETIME_LEAST = Field("hip.tlv.reg_ltmin", "Minimum Registration Lifetime", U8)
LIFETIME_MOST = Field("hip.tlv.reg_ltmax", "Maximum Registration Lifetime", U8)
LIFETIME = Field("hip.tlv.reg_lt", "Registration Lifetime", U8)
FAILURE = Field("hip.tlv.reg_failtype", "Registration Failure Type", U8)
REGISTRATION = Field("hip.tlv.reg_type", "Registration Type", U8, codes.REGISTRATIONS)
HMAC = Field("hip.tlv.hmac", "HMAC", BYTES)
SIGNATURE_ALGORITHM = Field("hip.tlv.sig_alg", "Signature Algorithm", U8, codes.ALGORITHMS)
SIGNATURE = Field("hip.tlv.sig", "Signature", BYTES)
LOCATOR = Field("hip.tlv.locator_address", "Locator", IPV6)
LOCATOR_SPI = Field("hip.tlv.locator_spi", "Locator SPI", X32)
LOCATOR_UNKNOWN = Field("sixscope.hip.locator", "Locator of unknown type", BYTES)
FROM = Field("hip.tlv_from_address", "Address", IPV6)
RENDEZVOUS = Field("hip.tlv_rvs_address", "RVS Address", IPV6)

BAD_LENGTH = Note(
    "hip.tlv.host_id_length.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid HI length",
    "RFC 7401, section 5.2.9",
)  # fmt: skip
UNKNOWN_ALGORITHM = Note(
    "hip.tlv.host_id_header_algo.invalid", Severity.WARNING, Group.PROTOCOL,
    "Unknown algorithm type",
)  # fmt: skip


def fields(*each: Field, repeat: Field | None = None) -> Reader:
    """A reader of these fields, then of ``repeat`` to the end; a BYTES field takes what is left."""

    def read(c: Cursor, version: int) -> None:
        for field in each:
            c.add(field, field.kind.size or c.left)
        while repeat is not None and c.more:
            c.add(repeat)

    return read


def _head(header: type[Header], *each: Field) -> Reader:
    """A reader of a header, then of fields."""
    rest = fields(*each)

    def read(c: Cursor, version: int) -> None:
        c.header(header)
        rest(c, version)

    return read


def _counter(c: Cursor, version: int) -> None:
    c.add(COUNTER_RESERVED)
    c.add(COUNTER, 8)


def _solution(c: Cursor, version: int) -> None:
    """The numbers I and J are as long as each other."""
    fields(SOLUTION_K, SOLUTION_RESERVED, SOLUTION_OPAQUE)(c, version)
    size = c.left // 2
    c.add(SOLUTION_I, size)
    c.add(SOLUTION_J, size)


def _diffie_hellman(c: Cursor, version: int) -> None:
    """Public values: one, and in version 1 maybe another."""
    while c.more:
        c.add(DH_GROUP)
        c.add(DH_VALUE, c.add(DH_LENGTH))


def _signature(c: Cursor, version: int) -> None:
    """The algorithm has 8 bits in version 1 and 16 since."""
    c.add(SIGNATURE_ALGORITHM, 1 if version < 2 else 2)
    c.add(SIGNATURE, c.left)


def _locators(c: Cursor, version: int) -> None:
    while c.more:
        _locator(c)


def _locator(c: Cursor) -> None:
    """One address, with what its type puts before it."""
    kind = c.peek(1, 1)[:1]
    before = {b"\0": 8, b"\1": 12, b"\2": 20}.get(kind)
    if before is None:
        size = 4 * c.header(LocatorHead).len
        c.add(LOCATOR_UNKNOWN, size)
        return
    c.need(before + 16)
    with c.item(LOCATOR, value=c.peek(16, before)) as node:
        node.offset = c.pos + before
        c.header(LocatorHead)
        if before == 20:
            c.header(TransportLocator)
        elif before == 12:
            c.add(LOCATOR_SPI)
        c.add(LOCATOR)


def _host_id(c: Cursor, version: int) -> None:
    """A public key and who it belongs to.  In version 1 the key has a KEY record's head."""
    told = c.header(HostIdentity)
    size = told.len
    if version < 2:
        algorithm = c.header(KeyHeader).word & 0xFF
        size -= 4
    else:
        algorithm = c.add(ALGORITHM)
    if size < 0:
        c.note(BAD_LENGTH, "hip.tlv.host_id_length")
        return
    with c.limit(size, because="hip.tlv.host_id_length"):
        _key(c, algorithm)
    if told.domain_type in (1, 2):
        c.add(FQDN if told.domain_type == 1 else NAI, told.domain_len)


def _key(c: Cursor, algorithm: int) -> None:
    """RSA's exponent and modulus (RFC 3110), DSA's numbers (RFC 2536), a point of a curve."""
    if algorithm == 5:
        long = c.peek(1) == b"\0"
        if long:
            c.skip(1)
        length = c.add(KEY_E_LENGTH, 2 if long else 1)
        if length > c.left:
            c.note(BAD_LENGTH, "hip.tlv.host_id_length")
            length = c.left
        c.add(KEY_E, length)
        c.add(KEY_N, c.left)
    elif algorithm == 3:
        size = 64 + 8 * c.add(KEY_T)
        c.add(KEY_Q, 20)
        for field in (KEY_P, KEY_G, KEY_Y):
            c.add(field, size)
    elif algorithm in CURVES:
        c.add(CURVE)
        c.rest(CURVE_KEY)
    else:
        c.note(UNKNOWN_ALGORITHM, "hip.tlv.host_id_header_algo")
        c.rest(KEY_UNKNOWN)


CURVES = frozenset({7, 9})
"""ECDSA and ECDSA_LOW, only in version 2 (RFC 7401, section 5.2.9)."""


def _relayed(name: str, port: str) -> type[Header]:
    """An address with a port, 20 octets, under the names of one parameter."""

    class Relayed(Header):
        __hdr__ = (
            ("port", "H", 0), ("protocol", "B", 17), ("reserved", "B", 0),
            ("address", "16s", bytes(16)),
        )  # fmt: skip
        names = (
            F("port", f"hip.tlv.{name}_port", port),
            F("protocol", f"hip.tlv_{name}_protocol", "Protocol"),
            F("reserved", f"hip.tlv_{name}_reserved", "Reserved", X8),
            F("address", f"hip.tlv_{name}_address", "Address"),
        )

    return Relayed


READERS: dict[int, Reader] = {
    65: _head(EspInfo),
    128: _counter,
    129: _counter,
    193: _locators,
    257: fields(PUZZLE_K, PUZZLE_LIFETIME, PUZZLE_OPAQUE, PUZZLE_I),
    321: _solution,
    385: fields(SEQUENCE),
    449: fields(repeat=ACKNOWLEDGED),
    511: fields(repeat=DH_GROUP),
    513: _diffie_hellman,
    577: fields(repeat=TRANSFORM),
    579: fields(repeat=CIPHER),
    608: fields(LIST_RESERVED, repeat=NAT_MODE),
    610: fields(PACING),
    641: fields(ENCRYPTED_RESERVED, ENCRYPTED),
    705: _host_id,
    715: fields(repeat=HIT_SUITE),
    768: _head(Certificate, CERTIFICATE),
    832: fields(NOTE_RESERVED, NOTE_TYPE, NOTE_DATA),
    897: fields(OPAQUE),
    930: fields(LIFETIME_LEAST, LIFETIME_MOST, repeat=REGISTRATION),
    932: fields(LIFETIME, repeat=REGISTRATION),
    934: fields(LIFETIME, repeat=REGISTRATION),
    936: fields(FAILURE, repeat=REGISTRATION),
    950: _head(_relayed("reg_from", "Port")),
    961: fields(OPAQUE),
    4095: fields(LIST_RESERVED, repeat=ESP_SUITE),
    61505: fields(HMAC),
    61569: fields(HMAC),
    61633: _signature,
    61697: _signature,
    63425: fields(OPAQUE),
    63661: fields(OPAQUE),
    63998: _head(_relayed("relay_from", "Relay From Port")),
    64002: _head(_relayed("relay_to", "Relay To Port")),
    65498: fields(FROM),
    65500: fields(HMAC),
    65502: fields(repeat=RENDEZVOUS),
    65520: fields(HMAC),
}
"""By type; the numbers' names stand in ``codes/hip.py``."""
