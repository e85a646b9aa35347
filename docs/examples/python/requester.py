"""An agency that only asks, over the unary calls: docs/protocol.md, sections 3, 4, 5 and 8 put together.

It keeps everything in memory. What is sent twice, and after which refusals, is the last list of section 5, "Statuses".
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from cryptography import x509

import enrolment
import lookup
import session
from exchange.v1 import directory_pb2, directory_pb2_grpc, lookup_pb2, session_pb2
from lookup import Answered, Asked
from refusals import Refused
from ristretto import random_scalar
from session import Session
from transport import Identity, call, connect, utc_now

ATTEMPTS = 3
_NEW_SESSION = {"UNKNOWN_SESSION", "SESSION_ENDED", "NODE_UNAVAILABLE", "CIPHERTEXT_INVALID", "BUNDLE_STALE"}
_SAME_SESSION = {"SEQUENCE_TOO_OLD", "CONNECTION_LOST", "HUB_DRAINING"}
_SEALED_REFUSALS = {
    lookup_pb2.ANSWER_STATUS_EPOCH_MISMATCH: "EPOCH_MISMATCH",
    lookup_pb2.ANSWER_STATUS_UNAVAILABLE: "SOURCE_UNAVAILABLE",
}


@dataclass(frozen=True)
class Pinned:
    """What an agency is told by hand, not by the hub."""

    authority: x509.Certificate
    hub_point: bytes


@dataclass(frozen=True)
class Contract:
    """What both sides know of a data set beforehand; the directory must say the same."""

    question_type: str
    record_type: str
    declared_size: int
    protected: bool


@dataclass
class Requester:
    agency: str
    identity: Identity
    pinned: Pinned
    address: str
    epoch: int
    contracts: dict[str, Contract]
    closing: bytes = field(default_factory=random_scalar, repr=False)
    """c_A; a real agency draws it once and keeps it outside its database."""

    column: dict[str, bytes] = field(default_factory=dict, repr=False)
    """local person key -> stored."""

    def __post_init__(self) -> None:
        self._trust = self.identity.trust()
        self.channel, self.hub = connect(self.address, self.identity, self._trust)
        self._directory = directory_pb2_grpc.DirectoryServiceStub(self.channel)
        self._sessions: dict[str, Session] = {}
        self._newest_bundles: dict[tuple[str, str], int] = {}
        self._handles: dict[tuple[str, str, str], bytes] = {}
        self.commitments = call(self._directory.GetCommitments, directory_pb2.GetCommitmentsRequest()).commitments
        enrolment.check_commitments(self.commitments, self.pinned.authority, self.pinned.hub_point, newest=0)
        self._check_contracts()

    def enrol(self, people: dict[str, str]) -> None:
        """Fills the column from local person keys and numbers; the numbers are not kept."""
        batch = enrolment.Batch(self.agency, self.epoch, list(people.values()), self.identity)
        answer = enrolment.enrol(self.channel, batch)
        point = enrolment.own_point(self.commitments, self.agency, self.epoch)
        self.column.update(zip(people, batch.finish(answer, point, self.pinned.hub_point, self.closing)))

    def session(self, provider: str) -> Session:
        if provider not in self._sessions:
            bundle = self._bundle(provider)
            self._sessions[provider] = session.open_session(self.channel, bundle, self.agency, self.epoch, self.identity)
        return self._sessions[provider]

    def ask(self, person: str, asked: Asked) -> Answered:
        """WARM when an earlier answer left a handle, else COLD. Every attempt takes a new sequence and a new blinding."""
        at = person, asked.provider, asked.data_set
        for attempt in range(1, ATTEMPTS + 1):
            try:
                handle = self._handles.get(at)
                of = self.session(asked.provider)
                if handle is None:
                    answered = lookup.cold(self.channel, of, asked, self.column[person], self.closing)
                else:
                    answered = lookup.warm(self.channel, of, asked, handle)
            except Refused as refused:
                if attempt == ATTEMPTS or refused.reason not in _NEW_SESSION | _SAME_SESSION:
                    raise
                if refused.reason in _NEW_SESSION:
                    self._sessions.pop(asked.provider, None)
                continue
            if answered.status == lookup_pb2.ANSWER_STATUS_HANDLE_EXPIRED and handle is not None:
                del self._handles[at]
                continue
            if answered.status in _SEALED_REFUSALS:
                raise Refused(_SEALED_REFUSALS[answered.status], "The provider says so, sealed.", request_id=answered.receipt.request_id.hex())
            if answered.status == lookup_pb2.ANSWER_STATUS_FOUND:
                self._handles[at] = answered.handle
            return answered
        raise Refused("HANDLE_EXPIRED", "The handle did not serve, nor the lookup after it.")

    def _bundle(self, provider: str) -> session_pb2.Bundle:
        bundle = call(self._directory.GetBundle, directory_pb2.GetBundleRequest(agency=provider)).bundle
        at = bundle.agency, bundle.node
        session.check_bundle(bundle, provider, self._trust, utc_now(), time.time_ns() // 1_000_000, self._newest_bundles.get(at, 0))
        self._newest_bundles[at] = bundle.issued_at_unix_ms
        return bundle

    def _check_contracts(self) -> None:
        described = call(self._directory.GetDataSets, directory_pb2.GetDataSetsRequest()).data_sets
        sets = {each.id: each for each in described}
        for name, ours in self.contracts.items():
            each = sets.get(name)
            if each is None or ours != Contract(each.question_type, each.record_type, each.declared_size, each.protected):
                raise Refused("CONTRACT_MISMATCH", f"The hub describes {name} otherwise.")
