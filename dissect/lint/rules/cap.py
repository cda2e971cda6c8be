"""The capture itself: what it cut, changed or left out (``dissect.lint.artefacts``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.lint.rule import Hit, Hits, rule
from dissect.lint.words import mac
from dissect.verdict import Level

if TYPE_CHECKING:
    from dissect.lint.artefacts import Artefacts
    from dissect.lint.run import Run


class OfCapture:
    """A rule that asks what the run has seen of the capture."""

    artefacts: Artefacts

    def begin(self, run: Run) -> None:
        """Remember whom to ask."""
        self.artefacts = run.artefacts

    def __call__(self) -> None:
        """Never called: it looks at no layer."""


@rule(
    "CAP-001", Level.NOTE, "", "Packets cut by the capture",
    why="A snap length cut packets, so that what is behind can't be judged: rules about lengths "
        "and checksums say nothing of these packets.",
    fix="Capture whole packets: -s 0.",
)  # fmt: skip
class Cut(OfCapture):
    """One finding for all."""

    def end(self) -> Hits:
        """With the first one's lengths."""
        packet = self.artefacts.first_cut
        if packet is not None:
            yield Hit(f"Frame truncated at {len(packet.data)} of {packet.original} octets", key="",
                      packet=packet, count=self.artefacts.cut)  # fmt: skip


@rule(
    "CAP-002", Level.NOTE, "", "Checksums filled in behind the capture",
    why="The sender's network card makes checksums after the capture has seen the packet, so they "
        "look wrong, and aren't.  Wrong checksums of this station count as notes.",
    fix="Capture elsewhere, or switch offload off: ethtool -K IFACE tx off.",
)  # fmt: skip
class Offload(OfCapture):
    """A finding a station."""

    def end(self) -> Hits:
        """Where nearly all are wrong, and those of others aren't."""
        for sender in sorted(self.artefacts.offloading):
            number = max(self.artefacts.wrong[sender], self.artefacts.left[sender])
            yield Hit(f"Checksum offload suspected on {mac(sender)} ({number} packets)",
                      key=mac(sender), count=number)  # fmt: skip


@rule(
    "CAP-003", Level.NOTE, "", "What the capture shows wasn't on the wire so",
    why="Clocks that go back, packets seen twice, segments that the interface cuts or joins, and "
        "captures of one direction mislead.  With one direction only, rules that need both "
        "say nothing.",
    fix="Capture on one interface, with offload off, where both directions pass.",
)  # fmt: skip
class Misleading(OfCapture):
    """A finding for each kind."""

    def end(self) -> Hits:
        """Those that there were."""
        seen = self.artefacts
        for what, words in (
            ("back", "timestamps go back"),
            ("duplicates", "frames seen twice within a millisecond"),
            ("long", "frames longer than Ethernet's, joined or not cut yet (TSO, GRO)"),
        ):
            number = getattr(seen, what)
            if number and (what != "duplicates" or seen.mirrored):
                yield Hit(f"Capture artefact: {words}", key=what, packet=seen.first[what],
                          count=number)  # fmt: skip
        if seen.one_sided:
            yield Hit(f"Capture artefact: of {len(seen.flows)} TCP connections only one direction "
                      "was seen", key="one-sided")  # fmt: skip
