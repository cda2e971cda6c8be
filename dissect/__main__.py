"""``python -m dissect``: the command line."""

from __future__ import annotations

from dissect.cli.main import main

if __name__ == "__main__":
    main()
