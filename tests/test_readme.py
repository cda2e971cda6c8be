"""The README's commands and Python run, and say no word that isn't true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line.split("  #")[0].split(" | ")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.S | re.M)
    for line in block.splitlines()
    if line.startswith("sixscope")
]


@pytest.mark.parametrize("command", [c for c in COMMANDS if "crosscheck" not in c])
def test_readme_command_succeeds_and_prints_something(command):
    module = command.replace("sixscope", f"{sys.executable} -m dissect", 1)
    done = subprocess.run(module, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


CONSOLE = re.findall(r"^```console\n(.*?)^```", README, re.S | re.M)


def test_readme_console_prints_what_it_shows(tmp_path):
    """Each command in a folder of its own, with the captures beside it."""
    (tmp_path / "captures").symlink_to(ROOT / "captures")
    for block in CONSOLE:
        for part in block.split("$ ")[1:]:
            command, _, printed = part.partition("\n")
            module = command.replace("sixscope", f"{sys.executable} -m dissect", 1)
            done = subprocess.run(
                module, shell=True, cwd=tmp_path, capture_output=True, text=True,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            assert (done.returncode, done.stderr, done.stdout) == (0, "", printed)


def test_readme_python_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    examples = re.findall(r"^```python\n(.*?)^```", README, re.S | re.M)
    for example in examples:
        exec(compile(example, "README.md", "exec", dont_inherit=True), {})
    assert "Router Advertisement" in capsys.readouterr().out


def test_readme_excerpt_is_what_the_program_prints():
    excerpt = README.split("```")[1]
    shown = ""
    for command in ("show -n", "show -n -V --packets 5"):
        argv = [sys.executable, "-m", "dissect", *command.split(), "captures/tour.pcapng"]
        shown += subprocess.run(
            argv, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout  # fmt: skip
    printed = set(shown.splitlines())
    assert all(line in printed for line in told(excerpt))


def test_readme_report_is_what_the_program_prints():
    """But for columns to the right, for which a page is too narrow."""
    excerpt = README.split("```")[3]
    command = excerpt.splitlines()[1].removeprefix("$ sixscope ").split()
    shown = subprocess.run(
        [sys.executable, "-m", "dissect", *command], cwd=ROOT, capture_output=True, text=True,
        check=True, env=os.environ | {"COLUMNS": "200"},
    ).stdout.splitlines()  # fmt: skip
    for line in told(excerpt):
        assert any(one.startswith(line) for one in shown), line


def told(excerpt: str) -> list[str]:
    """The lines that the program is said to print."""
    return [
        line for line in excerpt.splitlines()
        if line.strip() not in ("", "…") and not line.startswith("$")
    ]  # fmt: skip
