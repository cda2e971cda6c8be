"""Tags of PPPoE discovery (RFC 2516, appendix A; credits and metrics: RFC 5578; vendors: TR-101).

0               8               16                              32
+---------------+---------------+-------------------------------+
|             Type              |            Length             |
+-------------------------------+-------------------------------+
|  Value, Length octets                                         |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, STR, U8, U16, U32, X8, X16, Kind


def _named(name: str, label: str, kind: Kind = BYTES) -> Field:
    return Field(f"pppoed.tags.{name}", label, kind)


TAGS = Field("pppoed.tags", "PPPoE Tags", NONE)
PLAIN: dict[int, Field] = {
    0x0101: _named("service_name", "Service-Name", STR),
    0x0102: _named("ac_name", "AC-Name", STR),
    0x0103: _named("host_uniq", "Host-Uniq"),
    0x0104: _named("ac_cookie", "AC-Cookie"),
    0x0110: _named("relay_session_id", "Relay-Session-Id"),
    0x0111: _named("hurl", "HURL"),
    0x0112: _named("motm", "MOTM"),
    0x0120: _named("max_payload", "PPP-Max-Payload"),
    0x0121: _named("ip_route_add", "IP Route Add"),
    0x0201: _named("service_name_error", "Service-Name-Error", STR),
    0x0202: _named("ac_system_error", "AC-System-Error", STR),
    0x0203: _named("generic_error", "Generic-Error", STR),
}
"""Tags whose value is one field."""

TAG = Field("pppoed.tag", "Tag", X16)
TAG_LENGTH = Field("pppoed.tag_length", "Tag Length", U16)
UNKNOWN_DATA = Field("pppoed.tag.unknown_data", "Unknown Data", BYTES)
END_OF_LIST, SERVICE_NAME, AC_NAME = 0x0000, 0x0101, 0x0102

VENDOR = _named("vendor_id", "Vendor id", U32)
UNSPECIFIED = _named("vendor_unspecified", "Vendor unspecified")
VENDOR_TAGS = _named("vendorspecific.tags", "Vendor Specific PPPoE Tags", NONE)
VENDOR_TAG_LENGTH = Field("pppoed.tag_length_8", "Tag Length", U8)
BROADBAND_FORUM = 3561
ACCESS_LOOP = 0x90
BROADBAND: dict[int, Field] = {
    0x01: _named("circuit_id", "Circuit ID", STR),
    0x02: _named("remote_id", "Remote ID", STR),
    0x81: _named("act_data_rate_up", "Actual Data Rate Upstream", U32),
    0x82: _named("act_data_rate_down", "Actual Data Rate Downstream", U32),
    0x83: _named("min_data_rate_up", "Minimum Data Rate Upstream", U32),
    0x84: _named("min_data_rate_down", "Minimum Data Rate Downstream", U32),
    0x85: _named("attainable_data_rate_up", "Attainable DataRate Upstream", U32),
    0x86: _named("attainable_data_rate_down", "Attainable DataRate Downstream", U32),
    0x87: _named("max_data_rate_up", "Maximum Data Rate Upstream", U32),
    0x88: _named("max_data_rate_down", "Maximum Data Rate Downstream", U32),
    0x89: _named("min_data_rate_up_lp", "Min DataRate Upstream in low power state", U32),
    0x8A: _named("min_data_rate_down_lp", "Minimum Data Rate Downstream in low power state", U32),
    0x8B: _named("max_int_delay_up", "Max Interleaving Delay Upstream", U32),
    0x8C: _named("act_int_delay_up", "Actual Interleaving Delay Upstream", U32),
    0x8D: _named("max_int_delay_down", "Maximum Interleaving Delay Downstream", U32),
    0x8E: _named("act_int_delay_down", "Actual Interleaving Delay Downstream", U32),
}
"""The Broadband Forum's tags: names, rates in kbit/s, delays in milliseconds."""
ENCAPSULATION = _named("access_loop_encap", "Access-Loop-Encapsulation", NONE)
ENCAPSULATIONS = (
    _named("access_loop_encap.data_link", "Data link", X8),
    _named("access_loop_encap.encap_1", "Encaps 1", X8),
    _named("access_loop_encap.encap_2", "Encaps 2", X8),
)

CREDITS = _named("credits", "Credits")
CREDIT_NUMBERS = (_named("credits.fcn", "FCN", U16), _named("credits.bcn", "BCN", U16))
METRICS = _named("metrics", "Metrics")
METRIC_UNITS = (
    Field("pppoed.tags.metrics.r", "Receive Only", BOOL, mask=0x0001),
    Field("pppoed.tags.metrics.mdr_units", "MDR Units", X16, mask=0x0018),
    Field("pppoed.tags.metrics.cdr_units", "CDR Units", X16, mask=0x0006),
)
METRIC_NUMBERS = (
    _named("metrics.rlq", "Relative Link Quality", U8),
    _named("metrics.resource", "Resource", U8),
    _named("metrics.latency", "Latency", U16),
    _named("metrics.curr_drate", "Curr. datarate", U16),
    _named("metrics.max_drate", "Max. datarate", U16),
)
SEQUENCE = _named("seq_num", "Sequence Number", X16)
CREDIT_SCALE = _named("credit_scale", "Credit Scale Factor", U16)

BAD_SIZE = Note(
    "pppoed.tag_length.invalid", Severity.WARNING, Group.MALFORMED, "Wrong length of a tag",
    "RFC 5578, section 3.1",
)  # fmt: skip


def tag(c: Cursor) -> bool:
    """One tag; False after the tag that ends the list."""
    at = c.pos
    kind, size = c.uint(2), c.uint(2)
    if kind == END_OF_LIST:
        return False
    with c.limit(size, because="pppoed.tag_length"):
        if kind in READERS:
            READERS[kind](c)
        elif kind in PLAIN:
            if size or kind != SERVICE_NAME:
                value = c.add(PLAIN[kind], size)
                if kind == AC_NAME:
                    c.info_add(" AC-Name='%s'", value)
        elif size:
            c.put(TAG, kind, at, 2)
            c.put(TAG_LENGTH, size, at + 2, 2)
            c.add(UNKNOWN_DATA, size)
    return True


def _vendor(c: Cursor) -> None:
    """A vendor's number, and for the Broadband Forum tags of its own (TR-101, section 3.9.2)."""
    if c.left < 4:
        return
    if c.add(VENDOR) != BROADBAND_FORUM:
        c.rest(UNSPECIFIED)
    elif c.more:
        with c.item(VENDOR_TAGS, c.left):
            while c.left >= 2:
                _broadband(c)


def _broadband(c: Cursor) -> None:
    """A tag of the Broadband Forum."""
    at = c.pos
    kind, size = c.uint(1), c.uint(1)
    field = BROADBAND.get(kind)
    with c.limit(size, because="pppoed.tag_length_8"):
        if kind == ACCESS_LOOP:
            if size >= len(ENCAPSULATIONS):
                with c.item(ENCAPSULATION):
                    for part in ENCAPSULATIONS:
                        c.add(part)
        elif field is None:
            c.put(TAG, kind, at, 1)
            c.put(VENDOR_TAG_LENGTH, size, at + 1, 1)
            if size:
                c.add(UNKNOWN_DATA, size)
        elif field.kind is STR:
            c.add(field, size)
        else:
            _number(field)(c)


def _credits(c: Cursor) -> None:
    if c.left != 4:
        c.add(CREDITS, c.left)
        return
    with c.text("Credits"):
        for field in CREDIT_NUMBERS:
            c.add(field)


def _metrics(c: Cursor) -> None:
    if c.left != 10:
        c.add(METRICS, c.left)
        return
    with c.text("Metrics"):
        for field in METRIC_UNITS:
            c.peek_add(field, 2)
        c.skip(2)
        for field in METRIC_NUMBERS:
            c.add(field)


def _number(field: Field) -> Callable[[Cursor], None]:
    """What reads a tag of one number, if it has the size of that."""

    def read(c: Cursor) -> None:
        if c.left == field.kind.size:
            c.add(field)
            return
        text = f"{field.label} tag: Wrong length: {c.left} (expected {field.kind.size})"
        with c.text(text) as node:
            c.note(BAD_SIZE, node, text)

    return read


READERS: dict[int, Callable[[Cursor], None]] = {
    0x0105: _vendor, 0x0106: _credits, 0x0107: _metrics, 0x0108: _number(SEQUENCE),
    0x0109: _number(CREDIT_SCALE),
}  # fmt: skip
"""Tags whose value has parts."""
