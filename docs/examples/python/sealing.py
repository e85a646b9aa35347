"""Padding, commitments and what is sealed in a lookup, in bytes alone: docs/protocol.md, section 5."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from transcript import T

HANDLE_SIZE = 64


class NotOpened(ValueError):
    """A ciphertext or a padding that is not what it should be."""


@dataclass(frozen=True)
class OpenedAnswer:
    status: int
    as_of_unix_ms: int
    handle: bytes
    message: bytes
    """A serialised Answer, without its padding."""


def commitment(header: bytes, message: bytes) -> bytes:
    """com, over the serialised Question or Answer; both are made with the header of the question."""
    return hashlib.sha256(T("xhub/v1/com", header, message)).digest()


def opens(header: bytes, message: bytes, committed: bytes) -> bool:
    """Whether a commitment of the hub's log is to these two."""
    return hmac.compare_digest(commitment(header, message), committed)


def pad128(message: bytes) -> bytes:
    sized = len(message).to_bytes(4, "big") + message
    return sized + bytes(-len(sized) % 128)


def unpad(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:4], "big")
    if len(padded) < 4 or size > len(padded) - 4 or any(padded[4 + size :]):
        raise NotOpened("padding")
    return padded[4 : 4 + size]


def seal_question(key: bytes, sequence: int, header: bytes, front: bytes, message: bytes) -> bytes:
    """`front` is u of a COLD question, or the handle of a WARM one."""
    nonce = bytes(4) + sequence.to_bytes(8, "big")
    return AESGCM(key).encrypt(nonce, front + pad128(message), header)


def open_answer(key: bytes, header: bytes, ciphertext: bytes, declared_size: int) -> OpenedAnswer:
    if len(ciphertext) != declared_size + 101:
        raise NotOpened("length")
    try:
        opened = AESGCM(key).decrypt(ciphertext[:12], ciphertext[12:], header)
    except InvalidTag:
        raise NotOpened("seal") from None
    as_of = int.from_bytes(opened[1:9], "big", signed=True)
    return OpenedAnswer(opened[0], as_of, opened[9 : 9 + HANDLE_SIZE], unpad(opened[9 + HANDLE_SIZE :]))
