"""While the engine has much to do, keys are answered, and quitting waits for nothing."""

import os
import time

from dissect.capture.write import PcapWriter
from tests.tui.driver import look

PACKETS = 300_000
SLOW = 'frame contains "nothing has this"'
"""Every packet's octets have to be looked at: no columns, a tree for each."""


def large(path) -> str:
    """So many pings, all the same."""
    frame = bytes(12) + b"\x86\xdd" + bytes.fromhex("6000000000083a40") + bytes(15) + b"\1"
    frame += bytes(15) + b"\1" + bytes.fromhex("8000ffff00060001")
    with path.open("wb") as stream:
        PcapWriter(stream, link_type=1).packet(frame, 1_700_000_000_000_000_000)
    octets = path.read_bytes()
    path.write_bytes(octets[:24] + PACKETS * octets[24:])
    return str(path)


def test_keys_are_answered_while_packets_are_found_traced_and_filtered(tmp_path):
    async def script(it):
        session = it.session
        await it.until(lambda: session.state.packets == PACKETS and session.state.ready)
        assert session.state.traced < PACKETS
        session.apply(SLOW)
        await it.until(lambda: session.filtered)
        session.shown.all()  # the list as it was, so that there is something to step through
        await it.press("2", "0", "0", "G", "j")
        assert session.current == 201
        await it.until(lambda: session.detail.number == 201)
        session.select(PACKETS)
        await it.until(lambda: session.rows.get(PACKETS) and session.rows.get(201))
        assert (session.rows.get(PACKETS).sure, session.rows.get(1).sure) == (False, True)
        await it.press("tab", "j", "b")
        assert "Version" in it.text
        assert session.filtering
        process = session.client._process.pid
        begin = time.monotonic()
        session.close()
        assert time.monotonic() - begin < 5  # it would take some ten times as long to its end
        assert not os.path.exists(f"/proc/{process}")

    look(script, large(tmp_path / "large.pcap"), whole=False)
