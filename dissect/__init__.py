"""sixscope's core: decode, analyse and export packets, with IPv6 and all that carries it first.

from dissect import dissect, open_capture

for packet in open_capture("file.pcapng"):
    print(packet.number, packet.source, packet.destination, packet.info)

dissect(bytes.fromhex("60000000…"), link_type=101)["ipv6.hlim"]

with open_capture("file.pcapng") as capture:
    capture.filter("icmpv6.type == 134")     # packets that pass a display filter
    capture.lint(select=["error"])           # findings of rules by RFC
    capture.report("hierarchy", "icmpv6")    # tables over all packets

README.md has examples of packets, layers, fields and analyses, which run as tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dissect.api import Capture, Layer, Node, Packet, PreferenceError, dissect, open_capture

__all__ = ["Capture", "Layer", "Node", "Packet", "PreferenceError", "dissect", "open_capture"]


def __getattr__(name: str) -> Any:
    """Load the API when it is first used, so that importing a part stays cheap."""
    if name in __all__:
        from dissect import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
