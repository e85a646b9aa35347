"""HPKE Base, Setup and Export only: docs/protocol.md, section 2, "Encryption and signatures"; RFC 9180.

X25519-HKDF-SHA256 (0x0020), HKDF-SHA256 (0x0001), AES-256-GCM (0x0002). The AEAD is named in the key schedule and not used.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_KEM = b"KEM" + (0x0020).to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0020, 0x0001, 0x0002))


@dataclass(frozen=True)
class Context:
    """What both sides share after Setup."""

    exporter_secret: bytes

    def export(self, context: bytes, size: int) -> bytes:
        return _labelled_expand(_SUITE, self.exporter_secret, b"sec", context, size)


def setup_sender(public_key: bytes, info: bytes, ephemeral: X25519PrivateKey | None = None) -> tuple[bytes, Context]:
    """SetupBaseS: `enc`, which travels, and the context. The ephemeral key is given by tests alone.

    A public key of small order raises ValueError: cryptography refuses an agreement of zero bytes.
    """
    ephemeral = ephemeral or X25519PrivateKey.generate()
    agreed = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    enc = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    eae = _labelled_extract(_KEM, b"", b"eae_prk", agreed)
    shared = _labelled_expand(_KEM, eae, b"shared_secret", enc + public_key, 32)
    return enc, _key_schedule(shared, info)


def _key_schedule(shared: bytes, info: bytes) -> Context:
    psk_id = _labelled_extract(_SUITE, b"", b"psk_id_hash", b"")
    context = b"\x00" + psk_id + _labelled_extract(_SUITE, b"", b"info_hash", info)
    secret = _labelled_extract(_SUITE, shared, b"secret", b"")
    return Context(_labelled_expand(_SUITE, secret, b"exp", context, 32))


def _labelled_extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, hashlib.sha256)


def _labelled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.digest(key, block + labelled + bytes([counter]), hashlib.sha256)
        out, counter = out + block, counter + 1
    return out[:size]
