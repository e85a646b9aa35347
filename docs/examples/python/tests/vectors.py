"""The vector files beside the repository; a test that wants one skips, saying so, where they are absent."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[4].parent / "shared" / "vectors"


def load(name: str) -> Any:
    path = _FOLDER / name
    if not path.is_file():
        raise unittest.SkipTest(f"{name} is not in ../shared/vectors beside the repository")
    return json.loads(path.read_text())


def unhex(text: str) -> list[bytes]:
    """Values separated by commas."""
    return [bytes.fromhex(each) for each in text.split(",")]
