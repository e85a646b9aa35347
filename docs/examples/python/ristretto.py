"""Points, scalars and hashing to them: docs/protocol.md, section 2, "Group and proofs".

The group is ristretto255 of libsodium. Its return code is looked at every time: -1 is a rejection. Python cannot wipe
memory as the page asks of scalars; that is one of the reasons why this is an example.
"""

from __future__ import annotations

import ctypes
import hashlib

L = 2**252 + 27742317777372353535851937790883648493
CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"

_sodium = ctypes.CDLL("libsodium.so.23")
if _sodium.sodium_init() < 0:
    raise OSError("libsodium did not start")


class Rejected(ValueError):
    """A point, scalar or proof that is none, or the identity where it must not be."""


def _call(function: str, size: int, *inputs: bytes) -> bytes:
    out = ctypes.create_string_buffer(size)
    if getattr(_sodium, function)(out, *inputs) != 0:
        raise Rejected(function)
    return out.raw


def _point(point: bytes) -> bytes:
    if len(point) != 32:
        raise Rejected("a point has 32 bytes")
    return point


def checked(scalar: bytes) -> bytes:
    """A scalar from outside: not zero and below L, which libsodium does not check."""
    if len(scalar) != 32 or not 0 < int.from_bytes(scalar, "little") < L:
        raise Rejected("not a scalar")
    return scalar


def random_scalar() -> bytes:
    """Never zero, by libsodium."""
    out = ctypes.create_string_buffer(32)
    _sodium.crypto_core_ristretto255_scalar_random(out)
    return out.raw


def invert(scalar: bytes) -> bytes:
    return _call("crypto_core_ristretto255_scalar_invert", 32, checked(scalar))


def product(a: bytes, b: bytes) -> bytes:
    """Of two scalars. The function of libsodium returns nothing."""
    out = ctypes.create_string_buffer(32)
    _sodium.crypto_core_ristretto255_scalar_mul(out, checked(a), checked(b))
    return checked(out.raw)


def mul(scalar: bytes, point: bytes) -> bytes:
    """Rejects what encodes no point, the identity, and the identity as the result."""
    return _call("crypto_scalarmult_ristretto255", 32, checked(scalar), _point(point))


def mul_base(scalar: bytes) -> bytes:
    return _call("crypto_scalarmult_ristretto255_base", 32, checked(scalar))


def add(p: bytes, q: bytes) -> bytes:
    total = _call("crypto_core_ristretto255_add", 32, _point(p), _point(q))
    if total == bytes(32):
        raise Rejected("the identity")
    return total


def hash_to_group(message: bytes) -> bytes:
    """RFC 9497 HashToGroup, mode 1."""
    return _call("crypto_core_ristretto255_from_hash", 32, _expand(message, b"HashToGroup-" + CONTEXT))


def hash_to_scalar(message: bytes) -> bytes:
    """RFC 9497 HashToScalar, mode 1."""
    wide = int.from_bytes(_expand(message, b"HashToScalar-" + CONTEXT), "little")
    return (wide % L).to_bytes(32, "little")


def _expand(message: bytes, dst: bytes) -> bytes:
    """RFC 9380 expand_message_xmd with SHA-512 to 64 bytes, which is one block."""
    dst_prime = dst + bytes([len(dst)])
    b0 = hashlib.sha512(bytes(128) + message + (64).to_bytes(2, "big") + b"\x00" + dst_prime).digest()
    return hashlib.sha512(b0 + b"\x01" + dst_prime).digest()
