"""Vendors' attributes: Cisco (draft-ietf-l2tpext-l2tp-base), the Broadband Forum (RFC 5515),
CableLabs (DEPI), Ericsson."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, NONE, STR, U8, U16, U32, U64, X8, X32, X64
from dissect.protocols.codes.l2tp import PSEUDOWIRES
from dissect.protocols.codes.l2tp_vendors import (
    ABIS_MODES,
    BROADBAND_AVPS,
    CABLELABS_AVPS,
    CISCO_AVPS,
    CONNECTION_TYPES,
    DATA_LINKS,
    ENCAPSULATIONS_1,
    ENCAPSULATIONS_2,
    ERICSSON_AVPS,
    ERICSSON_MESSAGES,
    INTERWORKING,
    LINE_TYPES,
    MODULATIONS,
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


def _field(name: str, label: str, kind: object, enum: object = None, mask: int = 0) -> Field:
    return Field(f"l2tp.{name}", label, kind, enum, mask=mask)  # type: ignore[arg-type]


def _type(name: str, names: dict[int, str]) -> Field:
    return Field(f"l2tp.avp.{name}type", "Type", U16, names)


# --- Cisco -------------------------------------------------------------------------------------


def _acknowledgment(c: Cursor, message: Message) -> None:
    c.info("Control Message - Cisco ACK (ccid=%d)", message.connection)


CISCO = Vendor("ciscoSystems", _type("cisco", CISCO_AVPS), {
    0: _acknowledgment,
    1: one(_field("cisco.assigned_control_connection_id", "Assigned Control Connection ID", U32)),
    2: listed("Pseudowire Capabilities List", _field("cisco.pw_type", "PW Type", U16, PSEUDOWIRES)),
    3: told("local", one(_field("cisco.local_session_id", "Local Session ID", U32)), number(4)),
    4: told("remote", one(_field("cisco.remote_session_id", "Remote Session ID", U32)), number(4)),
    5: told("cookie", whole(_field("cisco.assigned_cookie", "Assigned Cookie", BYTES)),
            lambda c: c.left),
    6: whole(_field("cisco.remote_end_id", "Remote End ID", STR)),
    7: told("pseudowire",
            one(_field("cisco.pseudowire_type", "Pseudowire Type", U16, PSEUDOWIRES)), number(2)),
    8: overlaid(2, _field("cisco.circuit_status", "Circuit Status", BOOL, ("Down", "Up"), 1),
                _field("cisco.circuit_type", "Circuit Type", BOOL, ("Existing", "New"), 1)),
    9: one(_field("cisco.tie_breaker", "Tie Breaker", X64)),
    10: one(_field("cisco.draft_avp_version", "Draft AVP Version", U16)),
    12: whole(_field("cisco.message_digest", "Message Digest", BYTES)),
    13: whole(_field("cisco.nonce", "Nonce", BYTES)),
    14: one(_field("cisco.interface_mtu", "Interface MTU", U16)),
})  # fmt: skip

# --- the Broadband Forum -----------------------------------------------------------------------

RATES = (
    ("actual_dr", "Actual Data Rate", ""), ("minimum_dr", "Minimum Data Rate", ""),
    ("attainable_dr", "Attainable Data Rate", ""), ("maximum_dr", "Maximum Data Rate", ""),
    ("minimum_dr", "Minimum Data Rate", "_low_power"),
)  # fmt: skip
DELAYS = (("maximum", "Maximum"), ("actual", "Actual"))
WAYS = (("up", "Upstream"), ("down", "Downstream"))
LOOP = _field("broadband.access_loop_encapsulation", "Access Loop Encapsulation", NONE)
LOOP_PARTS = (
    _field(f"{LOOP.name[5:]}.data_link", "Data Link", X8, DATA_LINKS),
    _field(f"{LOOP.name[5:]}.enc1", "Encaps 1", X8, ENCAPSULATIONS_1),
    _field(f"{LOOP.name[5:]}.enc2", "Encaps 2", X8, ENCAPSULATIONS_2),
)


def _rates() -> dict[int, Reader]:
    """Bits per second, both ways, from type 129 on."""
    readers: dict[int, Reader] = {}
    for name, label, tail in RATES:
        for way, words in WAYS:
            power = " Low-Power" if tail else ""
            field = _field(f"broadband.{name}_{way}{tail}", f"{label} {words}{power}", U64)
            readers[129 + len(readers)] = one(field)
    return readers


def _delays() -> dict[int, Reader]:
    """Milliseconds of interleaving, both ways, from type 139 on."""
    readers: dict[int, Reader] = {}
    for way, words in WAYS:
        for name, label in DELAYS:
            field = _field(f"broadband.{name}_interleaving_delay_{way}",
                           f"{label} Interleaving Delay {words}", U32)  # fmt: skip
            readers[139 + len(readers)] = one(field)
    return readers


def _loop(c: Cursor, message: Message) -> None:
    with c.item(LOOP, c.left):
        for field in LOOP_PARTS:
            c.add(field)


BROADBAND = Vendor("The Broadband Forum", _type("broadband", BROADBAND_AVPS), {
    1: whole(_field("broadband.agent_circuit_id", "Agent Circuit ID", STR)),
    2: whole(_field("broadband.agent_remote_id", "Agent Remote ID", STR)),
    **_rates(),
    **_delays(),
    144: _loop,
    145: one(_field("broadband.ancp_access_line_type", "ANCP Access Line Type", X32, LINE_TYPES)),
    254: one(_field("broadband.iwf_session", "IWF Session", X32, INTERWORKING)),
})  # fmt: skip

# --- CableLabs ---------------------------------------------------------------------------------

LOCK = (
    _field("cablel.l_bit", "L(lock bit)", BOOL, None, 0x8000),
    _field("cablel.tsid_group_id", "TSID Group ID", U16, None, 0x7F00),
)
MODULATION = _field("cablel.modulation", "Modulation", U16, MODULATIONS, 0x000F)
FREQUENCY = one(_field("cablel.frequency", "Frequency", U32))
SYMBOL_RATE = (_field("cablel.m", "M", U16), _field("cablel.n", "N", U16))


def _frequency(c: Cursor, message: Message) -> None:
    overlaid(2, *LOCK)(c, message)
    FREQUENCY(c, message)


def _symbol_rate(c: Cursor, message: Message) -> None:
    overlaid(2, *LOCK)(c, message)
    while c.more:
        for field in SYMBOL_RATE:
            c.add(field)


CABLELABS = Vendor(
    "Cable Television Laboratories, Inc.", _type("cablelabs", CABLELABS_AVPS),
    {101: _frequency, 103: overlaid(2, *LOCK, MODULATION), 105: _symbol_rate},
)  # fmt: skip

# --- Ericsson ----------------------------------------------------------------------------------

ERICSSON_TYPE = _field("ericsson.msg_type", "Ericsson Message Type", U16, ERICSSON_MESSAGES)
ERICSSON_SHORT = {0: "TCN", 1: "PN", 2: "TCR", 3: "TCR", 4: "ALTCRQ", 5: "ALTCRP", 6: "LCCSN"}
TRANSPORT = (
    _field("ericsson.overload_thresh", "Overload Threshold in 0.1%", U16),
    _field("ericsson.tc_num_groups", "Number of Transport Config Groups", U8),
)
GROUP = _field("ericsson.tc_group_id", "Transport Config Group ID", U8)
ACCESS_POINTS = _field("ericsson.tc_num_sapi", "Number of SAPIs in Transport Group", U8)
ACCESS_POINT = _field("ericsson.tcg_sapi", "TCG SAPI", U8)
GROUP_REST = (
    _field("ericsson.tcg_ip", "TCG IP Address", IPV4),
    _field("ericsson.tcg_dscp", "TCG DSCP", X8),
    _field("ericsson.crc32_en", "CRC32 Enabled", BOOL),
    _field("ericsson.gcg.bundle_tout", "TCG Bundling Timeout (ms)", U8),
    _field("ericsson.tcg.bundle_max_pkt", "TCG Bundling Max Packet Size", U16),
)
MAPS = _field("ericsson.num_maps", "Number of TEI-SC Maps", U8)
MAP = (
    _field("ericsson.map_tei_low", "TEI Range Lowest Value", U8),
    _field("ericsson.map_tei_high", "TEI Range Highest Value", U8),
    _field("ericsson.map_ssc", "Super Channel", U8),
)


def _ericsson_message(c: Cursor, message: Message) -> None:
    kind = c.add(ERICSSON_TYPE)
    c.info("Control Message - %s", ERICSSON_SHORT.get(kind, f"Unknown (0x{kind:x})"))


def _transport(c: Cursor, message: Message) -> None:
    for field in TRANSPORT:
        c.add(field)
    while c.left >= 8:
        with c.text("Transport Config Bundling Group"):
            c.add(GROUP)
            for _ in range(c.add(ACCESS_POINTS)):
                c.add(ACCESS_POINT)
            for field in GROUP_REST:
                c.add(field)


def _maps(c: Cursor, message: Message) -> None:
    c.add(MAPS)
    while c.left >= len(MAP):
        with c.text("TEI-SC Map"):
            for field in MAP:
                c.add(field)


ERICSSON = Vendor("Ericsson AB", _type("ericsson", ERICSSON_AVPS), {
    0: _ericsson_message,
    1: _transport,
    3: sequence(_field("ericsson.ver_pref", "Preferred/Chosen Version", U32),
                _field("ericsson.ver_2", "Version (2)", U32),
                _field("ericsson.ver_3", "Version (3)", U32)),
    4: one(_field("ericsson.conn_type", "Connection Type", U8, CONNECTION_TYPES)),
    5: one(_field("ericsson.crc32_enable", "CRC32 Enabled", BOOL)),
    6: whole(_field("ericsson.stn_name", "STN Name", STR)),
    7: one(_field("ericsson.abis_lower_mode", "Abis Lower Type", U8, ABIS_MODES)),
    8: _maps,
})  # fmt: skip

VENDOR_ATTRIBUTES = {9: CISCO, 193: ERICSSON, 3561: BROADBAND, 4491: CABLELABS}
"""By IANA's enterprise number."""
