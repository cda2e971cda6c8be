"""What tshark makes of a capture, read through pyshark.

pyshark runs tshark and parses its PDML.  Its layers answer by attribute, which loses what we need
(names that occur twice, hidden fields, where a field stands), but they keep every field with all
its PDML attributes, and that is what is read here.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from dissect.crosscheck.compare import Row, is_compared
from dissect.engine.preferences import PreferenceError

PREFERENCES = {
    "ip.defragment": "FALSE",
    "ipv6.defragment": "FALSE",
    "tcp.desegment_tcp_streams": "FALSE",
    "tcp.analyze_sequence_numbers": "FALSE",
    "ip.check_checksum": "TRUE",
    "tcp.check_checksum": "TRUE",
    "udp.check_checksum": "TRUE",
    "ip.use_geoip": "FALSE",
    "ipv6.use_geoip": "FALSE",
}
"""One packet at a time, nothing put together from several, every checksum looked at."""

REASSEMBLING = PREFERENCES | {"ip.defragment": "TRUE", "ipv6.defragment": "TRUE"}
"""The same, with fragments put together."""


def locating(folder: str) -> dict[str, str]:
    """The preferences with which addresses are looked up in the databases of a folder."""
    return {
        "ip.use_geoip": "TRUE",
        "ipv6.use_geoip": "TRUE",
        "uat:maxmind_db_paths": f'"{os.path.abspath(folder)}"',
    }


PAYLOADS = {"ethernet": "pwethnocw", "ethernet-cw": "pwethcw", "generic-cw": "pwmcw"}
"""Values of our preference ``mpls.payload``, and tshark's protocols."""
LABELS = "mpls.label==0-12", "mpls.label==15-1048575"
"""All but the two that say themselves what follows."""


class Settings(NamedTuple):
    """What tshark is told for what we are told by our preferences.

    preferences  its own
    decode_as    its option ``-d``: a selector, and the protocol
    """

    preferences: dict[str, str]
    decode_as: dict[str, str]


def settings(ours: Mapping[str, str]) -> Settings:
    """The same to tshark.  Raises PreferenceError where it can't be told."""
    preferences: dict[str, str] = {}
    decode_as: dict[str, str] = {}
    for name, value in ours.items():
        if name == "geoip":
            preferences |= locating(value)
        elif name == "mpls.payload" and value in PAYLOADS:
            decode_as |= dict.fromkeys(LABELS, PAYLOADS[value])
        elif name == "mp.short_seqno":
            preferences[name] = value
        elif name == "udp.decode_as":
            wishes = (wish.partition("=") for wish in value.split(","))
            decode_as |= {f"udp.port=={ports}": protocol for ports, _, protocol in wishes}
        else:
            raise PreferenceError(f"{name}:{value} is nothing that tshark could be told")
    return Settings(preferences, decode_as)


HEURISTICS = ("teredo_udp",)
"""Guesses that tshark leaves off by default, and that we make too."""

INSTALL = (
    "install it: apt-get install tshark (Debian, Ubuntu), dnf install wireshark-cli (Fedora), "
    "pacman -S wireshark-cli (Arch), brew install wireshark (macOS)"
)


class TSharkError(Exception):
    """tshark could not do what was asked."""


class TSharkMissing(TSharkError):
    """There is no tshark, or no pyshark to run it with."""


class Section(NamedTuple):
    """One protocol of the top level of tshark's tree, with all fields in and below it."""

    name: str
    rows: list[Row]


class TShark:
    """tshark's packets of one file, in order, each a list of sections.

    ``stopped`` says, after the last packet, what tshark complained of; empty: all was well.
    Use as a context manager: leaving it ends tshark whether or not it was read to its end.
    Not to be used in a thread whose event loop is running.

    Raises TSharkMissing; OSError if there is no such file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        preferences: Mapping[str, str] = PREFERENCES,
        decode_as: Mapping[str, str] | None = None,
    ) -> None:
        self.stopped = ""
        pyshark = _pyshark()
        if not os.path.isfile(path):
            open(path, "rb").close()  # says what is wrong, for most
            raise OSError(errno.EINVAL, "only a file can be read twice", os.fspath(path))
        # A loop of our own: pyshark's way is to change the process's, and its child watcher.
        self._loop = asyncio.new_event_loop()
        self._capture: Any = pyshark(
            os.fspath(path),
            keep_packets=False,
            override_prefs=dict(preferences),
            decode_as=dict(decode_as or {}),
            custom_parameters=[
                word for name in HEURISTICS for word in ("--enable-heuristic", name)
            ],
            eventloop=self._loop,
        )

    def __enter__(self) -> TShark:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End tshark, if it runs, and free what belongs to it."""
        if self._loop.is_closed():
            return
        try:
            self._capture.close()
            self._loop.run_until_complete(_settled())
        finally:
            self._loop.close()

    def __iter__(self) -> Iterator[list[Section]]:
        from pyshark.tshark.tshark import TSharkNotFoundException

        try:
            for packet in self._capture:
                layers = [packet.frame_info, *packet.layers]
                yield [Section(_name(layer), list(_rows(layer))) for layer in layers]
        except TSharkNotFoundException as error:
            raise TSharkMissing(f"tshark is not installed; {INSTALL}") from error
        self.stopped = self._capture.complaint


def _name(layer: Any) -> str:
    """Its name in PDML; octets without a protocol have a wrapper there that stands for "data"."""
    name = str(layer._layer_name)
    return "data" if name == "fake-field-wrapper" else name


def _rows(layer: Any) -> Iterator[Row]:
    """All fields of a pyshark layer: ``_all_fields`` has containers of those of one name.

    The public ``field_names`` won't do: two names may be the same there once their dots are
    replaced.  A "field" without any value is a protocol inside another.
    """
    for name, container in layer._all_fields.items():
        if is_compared(name):
            for field in container.all_fields:
                if field.show is not None:
                    yield Row(name, int(field.pos or 0), int(field.size or 0), field.show)


async def _settled() -> None:
    """Let the loop carry out what closing the pipes has left to do."""
    for _ in range(3):
        await asyncio.sleep(0)


def _pyshark() -> Any:
    """pyshark's FileCapture, which ends a tshark in good order."""
    try:
        from pyshark import FileCapture
    except ImportError as error:
        raise TSharkMissing(
            f"pyshark, which runs tshark, is not installed ({error}); "
            "install it: pip install 'sixscope[crosscheck]'"
        ) from error

    class Capture(FileCapture):
        """pyshark kills a tshark whose output has ended, before it can say how it ended."""

        complaint = ""

        async def _cleanup_subprocess(self, process: Any) -> None:
            if not self._eof_reached and process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.stdout.read()  # a full pipe would keep its end from being noticed
            status = await process.wait()
            await asyncio.gather(*self._stderr_handling_tasks)
            self._running_processes.discard(process)
            if self._eof_reached and status:
                last = self._last_error_line or "no word why"
                self.complaint = last if status > 0 else f"ended by signal {-status} ({last})"

    return Capture
