"""The provider's bundle, the offer and the confirmation: docs/protocol.md, section 4."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import datetime

import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import hpke
from certificates import CLIENT, Trust, sign, signed
from exchange.v1 import connection_pb2, connection_pb2_grpc, session_pb2
from refusals import Refused
from transcript import T
from transport import Identity, call

SUITES = ("X25519",)
DAY_MS = 24 * 3600 * 1000
LIFETIME_MS = 8 * 3600 * 1000
LAST_SEQUENCE = 2**32


def check_bundle(bundle: session_pb2.Bundle, agency: str, trust: Trust, now: datetime, now_ms: int, newest_issued_ms: int = 0) -> None:
    """Refuses a bundle that does not speak for the agency wanted, whatever agency it names, or is out of time."""
    if not 1 <= len(bundle.chain) <= 3:
        raise Refused("CERTIFICATE_NOT_TRUSTED", "A chain has 1 to 3 certificates.")
    name, certificate = trust.name(bundle.chain[0], CLIENT, now)
    if name != f"urn:xhub:agency:{agency}" or bundle.agency != agency:
        raise Refused("NAME_MISMATCH", "The bundle is another agency's.")
    transcript = T(
        "xhub/v1/bundle", bundle.agency, bundle.node, bundle.suite, bundle.public_key, bundle.key_id,
        bundle.issued_at_unix_ms, bundle.not_after_unix_ms,
    )  # fmt: skip
    if not signed(certificate, bundle.signature, transcript):
        raise Refused("SIGNATURE_INVALID", "The bundle's signature does not fit.")
    if bundle.suite not in SUITES or len(bundle.public_key) != 32 or len(bundle.key_id) != 8:
        raise Refused("SUITE_NOT_ALLOWED", "The bundle is for another suite.")
    if bundle.issued_at_unix_ms > now_ms + 60_000:
        raise Refused("TIME_OUT_OF_RANGE", "The bundle comes from the future.")
    until = bundle.not_after_unix_ms
    if now_ms > until or until > bundle.issued_at_unix_ms + DAY_MS or bundle.issued_at_unix_ms < newest_issued_ms:
        raise Refused("BUNDLE_STALE", "The bundle is no longer in force.")


@dataclass
class Session:
    """Keys and counter of one session; they are never written anywhere."""

    provider: str
    node: str
    epoch: int
    id: bytes
    asking: bytes
    answering: bytes
    not_after_ms: int
    _last_sequence: int = 0

    def next_sequence(self) -> int:
        """From 1, never the same twice. This example has one thread; with more, the step must be atomic."""
        if self._last_sequence >= LAST_SEQUENCE or time.time_ns() // 1_000_000 > self.not_after_ms:
            raise Refused("SESSION_ENDED", "The session is over.")
        self._last_sequence += 1
        return self._last_sequence


def offer(bundle: session_pb2.Bundle, agency: str, epoch: int, identity: Identity) -> tuple[session_pb2.SessionOffer, Session, bytes]:
    """The offer, the session that it becomes when it is confirmed, and hdrS, which never travels."""
    session_id, now = os.urandom(16), time.time_ns() // 1_000_000
    not_after = now + LIFETIME_MS
    hdr_s = T(
        "xhub/v1/hdrS", bundle.suite, agency, bundle.agency, bundle.node, epoch, bundle.key_id, session_id, not_after, now
    )  # fmt: skip
    try:
        enc, context = hpke.setup_sender(bundle.public_key, T("xhub/v1/session", hdr_s))
    except ValueError:
        raise Refused("OFFER_INVALID", "The bundle's key is of small order.") from None
    message = session_pb2.SessionOffer(
        suite=bundle.suite, requester=agency, provider=bundle.agency, node=bundle.node, requester_epoch=epoch, key_id=bundle.key_id,
        session_id=session_id, not_after_unix_ms=not_after, time_unix_ms=now, enc=enc, chain=identity.chain(),
        signature=sign(identity.key(), T("xhub/v1/session-sig", hdr_s, hashlib.sha256(enc).digest())),
    )  # fmt: skip
    asking, answering = context.export(b"xhub/v1/req", 32), context.export(b"xhub/v1/res", 32)
    return message, Session(bundle.agency, bundle.node, epoch, session_id, asking, answering, not_after), hdr_s


def confirmed(session: Session, hdr_s: bytes, confirmation: session_pb2.SessionConfirmation) -> bool:
    """A nonce and the tag over nothing, by whoever holds the key of the bundle."""
    sealed = confirmation.sealed
    if confirmation.session_id != session.id or len(sealed) != 28:
        return False
    try:
        return AESGCM(session.answering).decrypt(sealed[:12], sealed[12:], T("xhub/v1/session-ok", hdr_s)) == b""
    except InvalidTag:
        return False


def open_session(channel: grpc.Channel, bundle: session_pb2.Bundle, agency: str, epoch: int, identity: Identity) -> Session:
    """One call; the bundle has been checked."""
    message, session, hdr_s = offer(bundle, agency, epoch, identity)
    connections = connection_pb2_grpc.ConnectionServiceStub(channel)
    response = call(connections.OpenSession, connection_pb2.OpenSessionRequest(offer=message))
    if not confirmed(session, hdr_s, response.confirmation):
        raise Refused("CIPHERTEXT_INVALID", "The confirmation is not the provider's.")
    return session
