"""sixscope's core: decode, analyse and export packets, with IPv6 and all that carries it first.

from dissect import dissect, open_capture

for packet in open_capture("file.pcapng"):
    print(packet.number, packet.source, packet.destination, packet.info)

dissect(bytes.fromhex("60000000…"), link_type=101)["ipv6.hlim"]
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
