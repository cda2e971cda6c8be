"""What relay agents add to a client's message (RFC 3046): suboptions of a code and a length."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, ETHER, IPV4, STR, U8, X8
from dissect.protocols.dhcp.codes import AGENT
from dissect.protocols.dhcp.options import option, read_text

PREFIX = "dhcp.option.agent_information_option"
SUBOPTION = Field(f"{PREFIX}.suboption", "Option 82 Suboption", U8, AGENT)
LENGTH = Field("dhcp.option.suboption_length", "Length", U8)
VALUE = Field(f"{PREFIX}.value", "Value", BYTES)
FIELDS: dict[int, Field] = {
    1: Field(f"{PREFIX}.agent_circuit_id", "Agent Circuit ID", BYTES),
    2: Field(f"{PREFIX}.agent_remote_id", "Agent Remote ID", BYTES),
    3: Field(f"{PREFIX}.reserved", "Reserved", BYTES),
    5: Field(f"{PREFIX}.link_selection", "Link selection", IPV4),
    6: Field(f"{PREFIX}.subscriber_id", "Subscriber ID", STR),
    7: Field(f"{PREFIX}.radius_attributes", "RADIUS Attributes", BYTES),
    8: Field(f"{PREFIX}.authentication", "Authentication", BYTES),
    10: Field(f"{PREFIX}.flags", "Flags", X8),
    11: Field(f"{PREFIX}.server_id_override", "Server ID Override", IPV4),
    12: Field(f"{PREFIX}.relay_agent_id", "Relay Agent Identifier", BYTES),
    14: Field(f"{PREFIX}.ani_network_name", "Access Network Name", STR),
    15: Field(f"{PREFIX}.ani_ap_name", "Access Point Name", STR),
    16: Field(f"{PREFIX}.ani_ap_bssid", "Access Point BSSID", ETHER),
    17: Field(f"{PREFIX}.ani_operator_id", "Access Network Operator ID", BYTES),
    18: Field(f"{PREFIX}.ani_operator_realm", "Access Network Operator Realm", STR),
    150: Field(f"{PREFIX}.link_selection_cisco", "Link selection", IPV4),
    152: Field(f"{PREFIX}.server_id_override_cisco", "Server ID Override", IPV4),
}
NO_ROOM = Note(
    "dhcp.missing_subopt_value", Severity.ERROR, Group.PROTOCOL,
    "no room left in option for suboption value", "RFC 3046, section 2.0",
)  # fmt: skip


@option(82)
def agent_information(c: Cursor) -> None:
    """Suboptions up to the end; one that is too long is the last."""
    whole = c.at
    while c.left >= 2:
        c.need(2)
        code, size = c.peek(2)
        if size > c.left - 2:
            c.note(NO_ROOM, whole, f"Suboption {code}: {NO_ROOM.text}")
            return
        with c.item(SUBOPTION, 2 + size, code) as node:
            node.text = f"{SUBOPTION.label}: ({code}) {AGENT.get(code, 'Unknown')}"
            c.skip(1)
            c.add(LENGTH)
            c.put(VALUE, c.peek(size), c.pos, size)
            shown = FIELDS.get(code)
            if shown is None or shown.kind.size not in (0, size):
                c.skip(size)
            elif shown.kind is STR:
                read_text(c, shown, size)
            else:
                c.add(shown, size)
