"""Hello messages: options that neighbours tell each other (RFC 7761, section 4.9.2).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |          OptionType           |         OptionLength          |
    +-------------------------------+-------------------------------+
    |  OptionValue                                                  |

State refresh: RFC 3973, section 4.7.5.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, BYTES, U8, U16, U32, Special
from dissect.protocols.pim.addresses import UNFIT, UNICASTS, UnknownAddress, add_address, pair
from dissect.protocols.pim.codes import HELLO_OPTIONS

OPTION_TYPE = Field("pim.optiontype", "Type", U16)
OPTION_LENGTH = Field("pim.optionlength", "Length", U16)
VALUE = Field("pim.optionvalue", "Unknown", BYTES)
HOLD_TIME = Field("pim.holdtime", "Holdtime", U16, Special({0: "goodbye", 0xFFFF: "Infinity"}))
TRACKING = Field("pim.t", "T", BOOL, mask=0x80)
DELAY = Field("pim.propagation_delay", "Propagation Delay", U16, mask=0x7FFF)
OVERRIDE = Field("pim.override_interval", "Override Interval", U16)
PRIORITY = Field("pim.dr_priority", "DR Priority", U32)
GENERATION = Field("pim.generation_id", "Generation ID", U32)
REFRESH_VERSION = Field("pim.state_refresh_version", "Version", U8)
REFRESH_INTERVAL = Field("pim.state_refresh_interval", "Interval", U8)
REFRESH_RESERVED = Field("pim.state_refresh_reserved", "Reserved", U16)
ADDRESS = pair("address_list", "Address")


def read_hello(c: Cursor) -> int:
    """Read the options; hands back how many there are."""
    count = 0
    while c.left >= 2:
        count += 1
        _option(c)
    return count


def _option(c: Cursor) -> None:
    c.need(4)
    octets = c.peek(4)
    kind, length = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:], "big")
    with c.entry(TEXT, 4 + length, UNFIT, because=OPTION_LENGTH.name) as node:
        name = HELLO_OPTIONS.get(kind, f"Unknown: {kind}")
        node.text = ("Option %u: %s", kind, name)
        c.add(OPTION_TYPE)
        c.add(OPTION_LENGTH)
        reader = OPTIONS.get(kind)
        if reader is not None:
            node.text = ("Option %u: %s%s", kind, name, reader(c))
        elif length:
            c.add(VALUE, length)


def _hold_time(c: Cursor) -> str:
    return f": {HOLD_TIME.value_text(c.add(HOLD_TIME))}"


def _prune_delay(c: Cursor) -> str:
    """How long a prune waits for a join that overrides it, in milliseconds."""
    tracking, delay = c.peek_add(TRACKING), c.add(DELAY)
    override = c.add(OVERRIDE)
    return f": T = {tracking}, Propagation Delay = {delay}ms, Override Interval = {override}ms"


def _priority(c: Cursor) -> str:
    return f": {c.add(PRIORITY)}"


def _generation(c: Cursor) -> str:
    return f": {c.add(GENERATION)}"


def _state_refresh(c: Cursor) -> str:
    version, interval = c.add(REFRESH_VERSION), c.add(REFRESH_INTERVAL)
    c.add(REFRESH_RESERVED)
    return f": Version = {version}, Interval = {interval}s"


def _addresses(c: Cursor) -> str:
    """The neighbour's other addresses."""
    try:
        while c.more:
            add_address(c, UNICASTS, ADDRESS)
    except UnknownAddress:
        c.rest(VALUE)
    return ""


OPTIONS: dict[int, Callable[[Cursor], str]] = {
    1: _hold_time, 2: _prune_delay, 19: _priority, 20: _generation, 21: _state_refresh,
    24: _addresses, 65001: _addresses,
}  # fmt: skip
