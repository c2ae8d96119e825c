# SPDX-License-Identifier: MIT
"""The files that the lints look at, found by walking the checkout (git may be absent)."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from tap import Report  # noqa: E402,F401 - the lints take it from here


def files(*endings, under=""):
    """Hand-written files with one of the endings (all without one), sorted, from ROOT."""
    found = []
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = [
            name for name in folders
            if name not in (".git", "__pycache__", "build") and not name.startswith("build-")
        ]
        paths = [pathlib.Path(folder, name) for name in names]
        found += [path for path in paths if not endings or path.suffix in endings]
    return sorted(path.relative_to(ROOT) for path in found if not path.is_symlink())


def lines(path):
    return (ROOT / path).read_text(encoding="utf-8").split("\n")
