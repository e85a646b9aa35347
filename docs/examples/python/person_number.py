"""National numbers and their point H(id): docs/protocol.md, section 2, "Group and proofs"."""

from __future__ import annotations

import unicodedata

from ristretto import hash_to_group

MY_NUMBER = 1
CORPORATE_NUMBER = 2


class NumberInvalid(ValueError):
    """Says nothing of the number."""


def read(text: str, kind: int = MY_NUMBER) -> bytes:
    """The digits, after NFKC; length and check digit are verified, spaces and hyphens refused."""
    digits = unicodedata.normalize("NFKC", text)
    right = _my_number if kind == MY_NUMBER else _corporate_number
    if not digits or any(digit not in "0123456789" for digit in digits) or not right([int(digit) for digit in digits]):
        raise NumberInvalid("not a number")
    return digits.encode()


def point(digits: bytes, kind: int = MY_NUMBER) -> bytes:
    """H(id). Its input is not a T."""
    return hash_to_group(b"xhub/v1/id/" + bytes([kind]) + digits)


def _my_number(digits: list[int]) -> bool:
    if len(digits) != 12:
        return False
    *body, check = digits
    rest = sum(digit * weight for digit, weight in zip(body, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return check == (0 if rest <= 1 else 11 - rest)


def _corporate_number(digits: list[int]) -> bool:
    if len(digits) != 13:
        return False
    check, *body = digits
    return check == 9 - sum(digit * weight for digit, weight in zip(body, (2, 1) * 6)) % 9
