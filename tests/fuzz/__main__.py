"""``python -m tests.fuzz``: run atheris on the targets, one process each."""

from __future__ import annotations

import re
import subprocess
import sys
from hashlib import sha1
from pathlib import Path
from time import monotonic

import click

from tests.captures_list import ROOT

FOLDER = ROOT / ".fuzz"
EXECUTIONS = re.compile(r"^#(\d+)\s", re.MULTILINE)
COVERED = re.compile(r"cov: (\d+)")
SLOWEST = 60
"""Seconds that an input may take, under instrumentation."""
MEMORY = 2048
"""MiB that the process may take."""


@click.command()
@click.argument("names", nargs=-1, metavar="[TARGET]... | TARGET FILE...")
@click.option("--seconds", default=60, show_default=True, help="Time for each target.")
@click.option("--inside", is_flag=True, hidden=True)
def main(names: tuple[str, ...], seconds: int, inside: bool) -> None:
    """Fuzz targets, or try inputs on one; exit status 1 if something breaks."""
    from tests.fuzz.targets import TARGETS

    if inside:
        _fuzz(names[0], seconds)
        return
    if len(names) > 1 and names[1] not in TARGETS:
        for path in names[1:]:
            TARGETS[names[0]].run(Path(path).read_bytes())
        return
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        raise click.UsageError(f"no target {unknown[0]!r}: there are {', '.join(TARGETS)}")
    broken = False
    click.echo(f"{'target':12} {'inputs tried':>12} {'per second':>10} {'covered':>8}  outcome")
    for name in names or TARGETS:
        broken |= _in_a_process(name, seconds)
    sys.exit(broken)


def _in_a_process(name: str, seconds: int) -> bool:
    """Fuzz one target in a process of its own, and write a line; whether something broke."""
    begin = monotonic()
    command = [sys.executable, "-m", "tests.fuzz", "--inside", name, "--seconds", str(seconds)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    took = monotonic() - begin
    tried = max(map(int, EXECUTIONS.findall(run.stderr)), default=0)
    covered = COVERED.findall(run.stderr)
    outcome = "fine" if not run.returncode else f"broken, see {FOLDER / 'broken'}"
    click.echo(
        f"{name:12} {tried:12,} {tried / took:10,.0f} {covered[-1] if covered else '-':>8}  "
        f"{outcome}"
    )  # fmt: skip
    if run.returncode:
        click.echo(run.stderr[-3000:], err=True)
    return bool(run.returncode)


def _fuzz(name: str, seconds: int) -> None:
    """Run libFuzzer in this process; it ends the process."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["dissect"], enable_loader_override=False):
        for loaded in [one for one in sys.modules if one.split(".")[0] in ("dissect", "tests")]:
            del sys.modules[loaded]
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    corpus, seeds, broken = (FOLDER / part for part in (name, f"seeds/{name}", "broken"))
    for folder in (corpus, seeds, broken):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (seeds / sha1(seed).hexdigest()).write_bytes(seed)
    atheris.Setup(
        [
            "fuzz", f"-max_total_time={seconds}", f"-timeout={SLOWEST}",
            f"-rss_limit_mb={MEMORY}", f"-max_len={target.longest}",
            f"-artifact_prefix={broken}/{name}-", str(corpus), str(seeds),
        ],
        target.run,
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main()
