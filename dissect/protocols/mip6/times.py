"""The two ways in which options write a moment, and how it is shown.

A 64-bit NTP timestamp counts seconds since 1900 with a fraction of 32 bits (RFC 4285, section 6);
Proxy Mobile IPv6 counts them since 1970 in 48 bits with a fraction of 16 (RFC 5213, section 8.8).
"""

from __future__ import annotations

import datetime

from dissect.engine.values import Kind

SECOND = 1_000_000_000
FROM_1900_TO_1970 = 2_208_988_800
FOUR_CENTURIES = 146_097 * 86_400
"""The calendar repeats after so many seconds."""

EPOCH = datetime.datetime(1970, 1, 1)


def utc_text(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as a date; also for years that have five digits and more."""
    whole, rest = divmod(nanoseconds, SECOND)
    cycles, whole = divmod(whole, FOUR_CENTURIES)
    moment = EPOCH + datetime.timedelta(seconds=whole)
    year = moment.year + 400 * cycles
    return f"{moment:%b} {moment.day:2d}, {year} {moment:%H:%M:%S}.{rest:09d} UTC"


UTC = Kind("UTC", 8, "uint", utc_text, utc_text)
"""Absolute: nanoseconds since 1970, shown as UTC wherever it is read."""


def ntp_time(raw: int) -> int:
    """An NTP timestamp as nanoseconds since 1970."""
    return ((raw >> 32) - FROM_1900_TO_1970) * SECOND + ((raw & 0xFFFFFFFF) * SECOND >> 32)


def proxy_time(raw: int) -> int:
    """Proxy Mobile IPv6's timestamp as nanoseconds since 1970."""
    return (raw >> 16) * SECOND + ((raw & 0xFFFF) * SECOND >> 16)
