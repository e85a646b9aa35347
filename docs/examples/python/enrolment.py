"""From numbers to the agency's own pseudonyms, and what they are proven against: docs/protocol.md, section 3."""

from __future__ import annotations

import hashlib
import os
import time

import grpc
from cryptography import x509

import person_number
import proofs
from certificates import sign, signed
from exchange.v1 import enrolment_pb2, enrolment_pb2_grpc, reason_pb2
from refusals import Refused, of_call
from ristretto import Rejected, invert, mul, product, random_scalar
from transcript import Part, T
from transport import PATIENCE, Identity

LARGEST_BATCH = 4096


def check_commitments(commitments: enrolment_pb2.Commitments, authority: x509.Certificate, hub_point: bytes, newest: int) -> None:
    """The file is signed by the pinned authority, names the pinned h*G and is no older than the newest seen."""
    fields: list[Part] = [commitments.version, commitments.hub_point]
    for each in commitments.agencies:
        fields += [each.agency, each.epoch, each.point]
    if not signed(authority, commitments.signature, T("xhub/v1/commitments", *fields)):
        raise _invalid("not signed by the pinned key authority")
    if commitments.hub_point != hub_point:
        raise _invalid("another hub point than the one pinned")
    if commitments.version < newest:
        raise _invalid("an older version than one seen before")


def own_point(commitments: enrolment_pb2.Commitments, agency: str, epoch: int) -> bytes:
    """a_A,e*G of an agency."""
    points = [each.point for each in commitments.agencies if (each.agency, each.epoch) == (agency, epoch)]
    if len(points) != 1:
        raise _invalid("no point of this agency and epoch")
    return points[0]


class Batch:
    """One batch of numbers on its way: blinded here, multiplied by authority and hub, unblinded and closed here."""

    def __init__(self, agency: str, epoch: int, numbers: list[str], identity: Identity) -> None:
        if not 1 <= len(numbers) <= LARGEST_BATCH:
            raise ValueError(f"a batch has 1 to {LARGEST_BATCH} people")
        self._rhos = [random_scalar() for _ in numbers]
        self._blinded = [mul(rho, person_number.point(person_number.read(number))) for rho, number in zip(self._rhos, numbers)]
        points, batch_id, now = b"".join(self._blinded), os.urandom(16), time.time_ns() // 1_000_000
        transcript = T("xhub/v1/enrol", agency, epoch, batch_id, now, hashlib.sha256(points).digest())
        self.message = enrolment_pb2.EnrolmentBatch(
            agency=agency, epoch=epoch, batch_id=batch_id, time_unix_ms=now, points=points,
            chain=identity.chain(), signature=sign(identity.key(), transcript),
        )  # fmt: skip

    def finish(self, answer: enrolment_pb2.EnrolledBatch, authority_point: bytes, hub_point: bytes, closing: bytes) -> list[bytes]:
        """stored of each person, in order. A proof that fails rejects the whole batch."""
        if answer.HasField("refusal"):
            refusal = answer.refusal
            reason = reason_pb2.Reason.Name(refusal.reason).removeprefix("REASON_")
            raise Refused(reason, refusal.message, refusal.remedy, refusal.request_id.hex(), refusal.retry_after_ms)
        if answer.batch_id != self.message.batch_id:
            raise Refused("BATCH_INVALID", "The answer is to another batch.")
        x1, x2 = _split(answer.authority_points), _split(answer.hub_points)
        if not proofs.verify(authority_point, self._blinded, x1, answer.authority_proof.c, answer.authority_proof.s):
            raise Refused("PROOF_INVALID", "The key authority's points are not proven.")
        if not proofs.verify(hub_point, x1, x2, answer.hub_proof.c, answer.hub_proof.s):
            raise Refused("PROOF_INVALID", "The hub's points are not proven.")
        try:
            return [mul(product(closing, invert(rho)), point) for rho, point in zip(self._rhos, x2)]
        except Rejected:
            raise Refused("PROOF_INVALID", "A point is not one.") from None


def enrol(channel: grpc.Channel, batch: Batch) -> enrolment_pb2.EnrolledBatch:
    """A stream of one batch; whoever has more sends them one after another and reads the answers in order."""
    try:
        for answer in enrolment_pb2_grpc.EnrolmentServiceStub(channel).Enrol(iter([batch.message]), timeout=PATIENCE):
            return answer
    except grpc.RpcError as error:
        raise of_call(error) from None
    raise Refused("CONNECTION_LOST", "The stream ended without an answer.")


def _split(points: bytes) -> list[bytes]:
    return [points[at : at + 32] for at in range(0, len(points), 32)]


def _invalid(why: str) -> Refused:
    return Refused("COMMITMENTS_INVALID", f"The commitments file is refused: {why}.")
