"""One file per protocol; each registers itself here when this package is imported."""

from __future__ import annotations

import importlib
import pkgutil
import sys


def _is_main(name: str) -> bool:
    """Whether ``python -m name`` is about to run it: then it registers itself, as ``__main__``."""
    return sys.argv[:1] == ["-m"] and name in sys.orig_argv


def _import_all(package: str, path: list[str]) -> None:
    for module in pkgutil.iter_modules(path, package + "."):
        if _is_main(module.name):
            continue
        imported = importlib.import_module(module.name)
        if module.ispkg:
            _import_all(module.name, list(imported.__path__))


_import_all(__name__, list(__path__))
