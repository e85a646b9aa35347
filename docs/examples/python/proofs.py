"""Checks that one secret made all points of a batch: docs/protocol.md, section 2, "Group and proofs"; RFC 9497, 2.2.2."""

from __future__ import annotations

import hashlib

from ristretto import CONTEXT, Rejected, add, checked, hash_to_scalar, mul, mul_base


def verify(public: bytes, inputs: list[bytes], outputs: list[bytes], c: bytes, s: bytes) -> bool:
    """VerifyProof with A the generator: that outputs[i] is k * inputs[i], where public is k * generator."""
    try:
        if not inputs or len(inputs) != len(outputs):
            return False
        m, z = _composites(public, inputs, outputs)
        t2 = add(mul_base(checked(s)), mul(checked(c), public))
        t3 = add(mul(s, m), mul(c, z))
        return c == hash_to_scalar(_sized(public, m, z, t2, t3) + b"Challenge")
    except Rejected:
        return False


def _composites(public: bytes, inputs: list[bytes], outputs: list[bytes]) -> tuple[bytes, bytes]:
    """ComputeComposites: one weighted sum of the inputs and one of the outputs."""
    seed = hashlib.sha512(_sized(public, b"Seed-" + CONTEXT)).digest()
    sums: tuple[bytes, bytes] | None = None
    for i, (c, d) in enumerate(zip(inputs, outputs)):
        weight = hash_to_scalar(_sized(seed) + i.to_bytes(2, "big") + _sized(c, d) + b"Composite")
        terms = mul(weight, c), mul(weight, d)
        sums = terms if sums is None else (add(sums[0], terms[0]), add(sums[1], terms[1]))
    assert sums is not None
    return sums


def _sized(*parts: bytes) -> bytes:
    """The RFC's own encoding, with lengths of 2 bytes; it is not a T."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
