"""The tables of the analyses by name, for those who choose: no heavy library is imported for it."""

from __future__ import annotations

from typing import NamedTuple


class Named(NamedTuple):
    """A table that there is: its title, what it tells, and the class that makes it."""

    title: str
    words: str
    made_by: str


ANALYSES = {
    "pings": Named("Pings", "echo requests and replies of two addresses: round trips, loss",
                   "dissect.analysis.ping:Ping"),
    "tcp-connections": Named("TCP connections", "how each began and ended, round trips, losses",
                             "dissect.analysis.tcp:Tcp"),
    "lookups": Named("Lookups", "who asks DNS what, and what comes of it",
                     "dissect.analysis.lookups:Lookups"),
    "names": Named("Names", "names that were asked for, and the IP versions that they have",
                   "dissect.analysis.lookups:Lookups"),
    "rtp-streams": Named("RTP streams", "media streams: lost packets, jitter",
                         "dissect.analysis.media:Rtp"),
    "sip-calls": Named("SIP calls", "who called whom, how long, and how it ended",
                       "dissect.analysis.calls:Calls"),
    "translators": Named("Translators", "prefixes of translators between IPv6 and IPv4, their use",
                         "dissect.analysis.translators:Translators"),
    "translations": Named("Translated flows", "flows on both sides of a translator, with a verdict",
                          "dissect.analysis.translators:Translators"),
}  # fmt: skip
"""In the order of a report."""
