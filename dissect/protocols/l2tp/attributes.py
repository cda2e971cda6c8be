"""IETF's attributes: RFC 2661 (section 4.4), RFC 3931 (section 5.4), RFC 3145, RFC 5515 …."""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    DX16,
    NONE,
    STR,
    U8,
    U16,
    U32,
    U64,
    X16,
    X64,
)
from dissect.protocols.codes.l2tp import (
    AVPS,
    DIRECTIONS,
    ERRORS,
    MESSAGES,
    PROXY_AUTHENTICATIONS,
    PSEUDOWIRES,
    RESULTS,
    SEQUENCINGS,
    STOP_RESULTS,
    SUBLAYERS,
    VENDORS,
)
from dissect.protocols.l2tp.common import (
    Message,
    Reader,
    Vendor,
    listed,
    number,
    one,
    overlaid,
    sequence,
    told,
    whole,
)

STOP = 4
"""The message type Stop-Control-Connection-Notification."""


def _avp(name: str, label: str, kind: object, enum: object = None, **options: object) -> Field:
    return Field(f"l2tp.avp.{name}", label, kind, enum, **options)  # type: ignore[arg-type]


def _bit(name: str, label: str, mask: int, words: tuple[str, str] = ("False", "True")) -> Field:
    return _avp(name, label, BOOL, words, mask=mask)


TYPE = _avp("type", "AVP Type", U16, AVPS)
MESSAGE_TYPE = _avp("message_type", "Message Type", U16, MESSAGES)
RESULT = Field("l2tp.result_code", "Result code", U16, RESULTS)
STOP_RESULT = Field("l2tp.result_code", "Result code", U16, STOP_RESULTS)
ERROR = sequence(
    _avp("error_code", "Error code", U16, ERRORS), _avp("error_message", "Error Message", STR)
)
CONFIGURATIONS = {
    26: _avp("initial_received_lcp_confreq", "Initial Received LCP CONFREQ", BYTES),
    27: _avp("last_sent_lcp_confreq", "Last Sent LCP CONFREQ", BYTES),
    28: _avp("last_received_lcp_confreq", "Last Received LCP CONFREQ", BYTES),
}
LOCAL_SESSION = _avp("local_session_id", "Local Session ID", U32)
REMOTE_SESSION = _avp("remote_session_id", "Remote Session ID", U32)
DIGEST = _avp("message_digest", "Message Digest", BYTES)

SPEED_UPDATE = _avp("csu", "Connect Speed Update", NONE)
SPEED_UPDATES = {
    12: (
        _avp("csu.res", "Reserved", X16),
        _avp("csu.remote_session_id", "Remote Session ID", DX16),
        _avp("csu.current_tx_speed", "Current TX Connect Speed", U32),
        _avp("csu.current_rx_speed", "Current RX Connect Speed", U32),
    ),
    20: (
        _avp("csu.remote_session_id", "Remote Session ID", U32),
        _avp("csu.current_tx_speed64", "Current TX Connect Speed", U64),
        _avp("csu.current_rx_speed64", "Current RX Connect Speed", U64),
    ),
}
"""By the size of the value: version 2's and version 3's layout."""


def _kind(c: Cursor, message: Message) -> None:
    """The first one counts: it must be the first attribute (RFC 3931, section 5.4.1)."""
    kind = c.add(MESSAGE_TYPE)
    message.kind = message.kind or kind


def _result(c: Cursor, message: Message) -> None:
    if c.left >= 2:
        c.add(STOP_RESULT if message.kind == STOP else RESULT)
        ERROR(c, message)


def _session(field: Field, attribute: str, letter: str) -> Reader:
    """A session's number, which the Info column has too."""

    def read(c: Cursor, message: Message) -> None:
        value = c.add(field)
        setattr(message, attribute, value)
        c.info_add(f", {letter}SID: %2d", value)

    return read


def _digest(c: Cursor, message: Message) -> None:
    message.digest = c.pos, c.left
    c.add(DIGEST, c.left)
    message.digest_node = c.last


def _configuration(field: Field) -> Reader:
    """Options of PPP's link control protocol, as they were sent or received."""

    def read(c: Cursor, message: Message) -> None:
        start, end = c.pos, c.end
        c.add(field, c.left)
        if start < end:
            options = Next(
                name="ppp", start=start, end=end, into=c.last, quoted=True, context="lcp_options"
            )  # fmt: skip
            c.later(options)

    return read


def _speed_update(c: Cursor, message: Message) -> None:
    size = c.left
    with c.item(SPEED_UPDATE, size):
        for field in SPEED_UPDATES.get(size, ()):
            c.add(field)


READERS: dict[int, Reader] = {
    0: _kind,
    1: _result,
    2: sequence(_avp("protocol_version", "Version", U8), _avp("protocol_revision", "Revision", U8)),
    3: overlaid(4, _bit("async_framing_supported", "Async Framing Supported", 2),
                _bit("sync_framing_supported", "Sync Framing Supported", 1)),
    4: overlaid(4, _bit("analog_access_supported", "Analog Access Supported", 2),
                _bit("digital_access_supported", "Digital Access Supported", 1)),
    5: one(Field("l2tp.tie_breaker", "Tie Breaker", X64)),
    6: one(_avp("firmware_revision", "Firmware Revision", DX16)),
    7: whole(_avp("host_name", "Host Name", STR)),
    8: whole(_avp("vendor_name", "Vendor Name", STR)),
    9: one(_avp("assigned_tunnel_id", "Assigned Tunnel ID", U16)),
    10: one(_avp("receive_window_size", "Receive Window Size", U16)),
    11: whole(_avp("chap_challenge", "CHAP Challenge", BYTES)),
    12: sequence(_avp("cause_code", "Cause Code", U16), _avp("cause_msg", "Cause Msg", U8),
                 _avp("advisory_msg", "Advisory Msg", STR)),
    13: one(_avp("chap_challenge_response", "CHAP Challenge Response", replace(BYTES, size=16))),
    14: one(_avp("assigned_session_id", "Assigned Session ID", U16)),
    15: one(_avp("call_serial_number", "Call Serial Number", U32)),
    16: one(_avp("minimum_bps", "Minimum BPS", U32)),
    17: one(_avp("maximum_bps", "Maximum BPS", U32)),
    18: overlaid(4, _bit("analog_bearer_type", "Analog Bearer Type", 2),
                 _bit("digital_bearer_type", "Digital Bearer Type", 1)),
    19: overlaid(4, _bit("async_framing_type", "Async Framing Type", 2),
                 _bit("sync_framing_type", "Sync Framing Type", 1)),
    21: whole(_avp("called_number", "Called Number", STR), empty=False),
    22: whole(_avp("calling_number", "Calling Number", STR), empty=False),
    23: whole(_avp("sub_address", "Sub-Address", STR), empty=False),
    24: one(_avp("connect_speed", "Connect Speed", U32)),
    25: one(_avp("physical_channel", "Physical Channel", U32)),
    **{kind: _configuration(field) for kind, field in CONFIGURATIONS.items()},
    29: one(_avp("proxy_authen_type", "Proxy Authen Type", U16, PROXY_AUTHENTICATIONS)),
    30: whole(_avp("proxy_authen_name", "Proxy Authen Name", STR), empty=False),
    31: whole(_avp("proxy_authen_challenge", "Proxy Authen Challenge", BYTES)),
    32: sequence(_avp("proxy_authen_id", "Proxy Authen ID", U8), skip=1),
    33: whole(_avp("proxy_authen_response", "Proxy Authen Response", BYTES)),
    34: sequence(
        _avp("crc_errors", "CRC Errors", U32), _avp("framing_errors", "Framing Errors", U32),
        _avp("hardware_overruns", "Hardware Overruns", U32),
        _avp("buffer_overruns", "Buffer Overruns", U32),
        _avp("time_out_errors", "Time-out Errors", U32),
        _avp("alignment_errors", "Alignment Errors", U32), skip=2,
    ),
    35: sequence(_avp("send_accm", "Send ACCM", U32), _avp("receive_accm", "Receive ACCM", U32),
                 skip=2),
    36: whole(_avp("random_vector", "Random Vector", BYTES)),
    37: whole(_avp("private_group_id", "Private Group ID", BYTES)),
    38: one(_avp("rx_connect_speed", "Rx Connect Speed", U32)),
    46: sequence(
        _avp("disconnect_code", "Disconnect Code", U16),
        _avp("control_protocol_number", "Control Protocol Number", U16),
        _avp("cause_code_direction", "Direction", U8, DIRECTIONS),
        _avp("cause_code_message", "Message", STR),
    ),
    58: one(_avp("vendor_id", "Vendor ID", U32, VENDORS)),
    59: _digest,
    60: one(_avp("router_id", "Router ID", U32)),
    61: one(_avp("assigned_control_conn_id", "Assigned Control Connection ID", U32)),
    62: listed("Pseudowire Capabilities List", _avp("pw_type", "PW Type", U16, PSEUDOWIRES)),
    63: _session(LOCAL_SESSION, "local", "L"),
    64: _session(REMOTE_SESSION, "remote", "R"),
    65: told("cookie", whole(_avp("assigned_cookie", "Assigned Cookie", BYTES)), lambda c: c.left),
    66: whole(_avp("remote_end_id", "Remote End ID", STR)),
    68: told("pseudowire", one(_avp("pseudowire_type", "Pseudowire Type", U16, PSEUDOWIRES)),
             number(2)),
    69: told("sublayer",
             one(_avp("layer2_specific_sublayer", "Layer2 Specific Sublayer", U16, SUBLAYERS)),
             number(2)),
    70: one(_avp("data_sequencing", "Data Sequencing", U16, SEQUENCINGS)),
    71: overlaid(2, _bit("circuit_status", "Circuit Status", 1, ("Down", "Up")),
                 _bit("circuit_type", "Circuit Type", 2, ("Existing", "New"))),
    72: whole(_avp("preferred_language", "Preferred Language", STR)),
    73: told("nonce", whole(_avp("nonce", "Nonce", BYTES)), lambda c: c.peek(c.left)),
    74: sequence(_avp("tx_connect_speed_v3", "Tx Connect Speed v3", U64)),
    75: sequence(_avp("rx_connect_speed_v3", "Rx Connect Speed v3", U64)),
    97: _speed_update,
}  # fmt: skip

IETF = Vendor("", TYPE, READERS)
UNNAMED = Vendor("", TYPE, {})
"""Vendors whose attributes nobody reads."""
