"""One file per protocol; each registers itself here when this package is imported."""

from __future__ import annotations

import importlib
import pkgutil


def _import_all(package: str, path: list[str]) -> None:
    for module in pkgutil.iter_modules(path, package + "."):
        imported = importlib.import_module(module.name)
        if module.ispkg:
            _import_all(module.name, list(imported.__path__))


_import_all(__name__, list(__path__))
