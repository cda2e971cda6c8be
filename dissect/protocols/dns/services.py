"""Endpoints of services: SVCB and HTTPS (RFC 9460, section 2.2).

+---------------+---------------+--
|  Priority     |  Target name
+---------------+---------------+--
|  Key          |  Length       |  Value      any number of parameters
+---------------+---------------+--
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, NONE, STR, U8, U16, address_text
from dissect.protocols.dns.codes import SVC_KEYS
from dissect.protocols.dns.names import add_name
from dissect.protocols.dns.records import Record, record

PRIORITY = Field("dns.svcb.svcpriority", "SvcPriority", U16)
TARGET = Field("dns.svcb.targetname", "TargetName", STR)
PARAMETER = Field("dns.svcb.svcparam", "SvcParam", NONE)
KEY = Field("dns.svcb.svcparam.key", "SvcParamKey", U16, SVC_KEYS)
LENGTH = Field("dns.svcb.svcparam.value.length", "SvcParamValue length", U16)
VALUE = Field("dns.svcb.svcparam.value", "SvcParamValue", BYTES)
MANDATORY = Field("dns.svcb.svcparam.mandatory.key", "Mandatory key", U16, SVC_KEYS)
ALPN_LENGTH = Field("dns.svcb.svcparam.alpn.length", "ALPN length", U8)
ALPN = Field("dns.svcb.svcparam.alpn", "ALPN", STR)
PORT = Field("dns.svcb.svcparam.port", "Port", U16)
HINT4 = Field("dns.svcb.svcparam.ipv4hint.ip", "IP", IPV4)
HINT6 = Field("dns.svcb.svcparam.ipv6hint.ip", "IP", IPV6)
ECH = Field("dns.svcb.svcparam.echconfig", "ECHConfig", BYTES)
ODOH = Field("dns.svcb.svcparam.odohconfig", "ODoHConfig", BYTES)


def _alpn(c: Cursor) -> str:
    protocol: str = c.add(ALPN, c.add(ALPN_LENGTH))
    return protocol


def _key(c: Cursor) -> str:
    key = c.add(MANDATORY)
    return SVC_KEYS.get(key, f"key{key}")


def _octets(shown: Field) -> Callable[[Cursor], str]:
    return lambda c: base64.b64encode(c.add(shown, c.left)).decode()


VALUES: dict[int, Callable[[Cursor], str]] = {
    0: _key,
    1: _alpn,
    3: lambda c: str(c.add(PORT)),
    4: lambda c: address_text(c.add(HINT4)),
    5: _octets(ECH),
    6: lambda c: address_text(c.add(HINT6)),
    32769: _octets(ODOH),
}
"""By key the reader of one of the values, which says what it read."""


@record(64)
@record(65)
def service(c: Cursor, rr: Record) -> None:
    """A target, and what to know in order to use it."""
    c.add(PRIORITY)
    add_name(c, rr.message, TARGET)
    while c.more:
        _parameter(c)


def _parameter(c: Cursor) -> None:
    with c.item(PARAMETER) as node:
        key = c.add(KEY)
        reader = VALUES.get(key)
        size = c.add(LENGTH)
        words = []
        with c.limit(size, "dns.svcb.svcparam.value.length"):
            while c.more and reader is not None:
                words.append(reader(c))
            if c.more:
                words.append(c.add(VALUE, c.left).decode("ascii", "backslashreplace"))
        name = SVC_KEYS.get(key, f"key{key}")
        node.text = ("SvcParam: %s%s%s", name, "=" if words else "", ",".join(words))
