"""T, the encoding of every input made of several parts: docs/protocol.md, section 2, "Parts"."""

from __future__ import annotations

Part = bytes | str | int


def encoded(part: Part) -> bytes:
    """Integers are 8 bytes big-endian in two's complement, text is UTF-8, bytes are themselves."""
    if isinstance(part, int):
        return part.to_bytes(8, "big", signed=True)
    return part.encode() if isinstance(part, str) else part


def T(label: Part, *fields: Part) -> bytes:
    """For the label and each field, its length as 4 bytes big-endian and its bytes."""
    parts = [encoded(part) for part in (label, *fields)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
