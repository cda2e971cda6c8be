"""The tutorial in CONTRIBUTING.md runs, and what it decodes agrees with tshark."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dissect.protocols  # noqa: F401
from dissect.engine.tables import DISSECTORS, TABLES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tutorial():
    """What the tutorial's code defines; its protocol is registered while the tests run."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    protocol, example = re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
    names = {"__name__": "tutorial"}
    fallback = TABLES["ethertype"].pop(0x0842, None)
    exec(compile(protocol, "wol.py", "exec", dont_inherit=True), names)
    yield example, names
    del DISSECTORS["wol"], TABLES["ethertype"][0x0842]
    if fallback is not None:
        TABLES["ethertype"][0x0842] = fallback


def test_tutorial_code_does_what_it_says(tutorial):
    example, names = tutorial
    exec(compile(example, "example.py", "exec", dont_inherit=True), names)
    assert len(names["packet"].fields("wol.mac")) == 16


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tutorial_protocol_agrees_with_tshark(tutorial, tmp_path):
    from dissect.capture.write import PcapngWriter

    example, names = tutorial
    exec(compile(example, "example.py", "exec", dont_inherit=True), names)
    capture = tmp_path / "wol.pcapng"
    with capture.open("wb") as stream:
        writer = PcapngWriter(stream)
        writer.packet(names["frame"], 0, interface=writer.interface(1))
    shown = subprocess.run(
        ["tshark", "-n", "-r", capture, "-T", "fields", "-e", "wol.sync", "-e", "wol.mac",
         "-e", "_ws.col.Info"],
        capture_output=True, text=True, check=True,
    ).stdout.rstrip("\n").split("\t")  # fmt: skip
    packet = names["packet"]
    addresses = ",".join(node.show for node in packet.fields("wol.mac"))
    assert [packet["wol.sync"].hex(), addresses, packet.info] == shown


def test_protocol_files_all_begin_with_a_docstring_that_names_the_protocol():
    for path in (ROOT / "dissect/protocols").rglob("*.py"):
        assert path.read_text().lstrip("#! \n").startswith('"""'), f"{path} has no summary"


def test_importing_the_command_line_stays_light():
    code = (
        "import sys, dissect.cli.main; "
        "print(*{'textual', 'polars', 'jinja2', 'rich', 'lxml', 'pyshark'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
