"""``python -m dissect``: the command line."""

from __future__ import annotations

import os
import sys


def run() -> None:
    """Run it, and exit; who interrupts it while it is still being loaded is told nothing either."""
    try:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's, for matrices: we have none
        from dissect.cli.main import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
