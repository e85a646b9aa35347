"""One question and its answer, COLD or WARM: docs/protocol.md, section 5."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import grpc
from google.protobuf.message import DecodeError

import sealing
from exchange.v1 import connection_pb2, connection_pb2_grpc, lookup_pb2
from refusals import Refused
from ristretto import invert, mul, product, random_scalar
from session import Session
from transport import call

COLD = lookup_pb2.LOOKUP_KIND_COLD
WARM = lookup_pb2.LOOKUP_KIND_WARM


@dataclass(frozen=True)
class Asked:
    """What a requester wants to know, of whom and why."""

    requester: str
    provider: str
    task: str
    data_set: str
    declared_size: int
    query: bytes
    official: str
    case_id: str


@dataclass(frozen=True)
class Kept:
    """What a journal keeps, so that this one exchange can be opened later against the commitments in the hub's log."""

    header: bytes
    question: bytes
    question_commitment: bytes
    answer: bytes
    answer_commitment: bytes


@dataclass(frozen=True)
class Answered:
    status: int
    as_of_unix_ms: int
    handle: bytes
    answer: lookup_pb2.Answer
    receipt: lookup_pb2.Receipt
    kept: Kept


def cold(channel: grpc.Channel, session: Session, asked: Asked, stored: bytes, closing: bytes) -> Answered:
    """Blinds the pseudonym towards the hub and sends the unblinding scalar under the seal."""
    rho = random_scalar()
    return _ask(channel, session, asked, COLD, mul(product(rho, invert(closing)), stored), invert(rho))


def warm(channel: grpc.Channel, session: Session, asked: Asked, handle: bytes) -> Answered:
    """Sends an earlier answer's handle under the seal, and no point."""
    return _ask(channel, session, asked, WARM, b"", handle)


def _ask(channel: grpc.Channel, session: Session, asked: Asked, kind: int, point: bytes, front: bytes) -> Answered:
    sequence = session.next_sequence()
    header = lookup_pb2.Header(
        session_id=session.id, sequence=sequence, requester=asked.requester, provider=asked.provider, node=session.node,
        task=asked.task, data_set=asked.data_set, requester_epoch=session.epoch, time_unix_ms=time.time_ns() // 1_000_000, kind=kind,
    ).SerializeToString()  # fmt: skip
    question = lookup_pb2.Question(
        query=asked.query, official=asked.official, case_id=asked.case_id, blind=os.urandom(32)
    ).SerializeToString()  # fmt: skip
    sealed = lookup_pb2.SealedQuestion(
        header=header, point=point, ciphertext=sealing.seal_question(session.asking, sequence, header, front, question),
        commitment=sealing.commitment(header, question),
    )  # fmt: skip
    connections = connection_pb2_grpc.ConnectionServiceStub(channel)
    response = call(connections.Lookup, connection_pb2.LookupRequest(question=sealed))
    return _opened(session, asked, header, question, sealed.commitment, response)


def _opened(
    session: Session, asked: Asked, header: bytes, question: bytes, committed: bytes, response: connection_pb2.LookupResponse
) -> Answered:
    com, request_id = response.answer.commitment, response.receipt.request_id.hex()
    try:
        opened = sealing.open_answer(session.answering, header, response.answer.ciphertext, asked.declared_size)
        answer = lookup_pb2.Answer.FromString(opened.message)
    except (sealing.NotOpened, DecodeError):
        raise Refused("ANSWER_INVALID", "The answer cannot be opened.", request_id=request_id) from None
    if not sealing.opens(header, opened.message, com):
        raise Refused("COMMITMENT_MISMATCH", "The commitment is not to this answer.", request_id=request_id)
    if len(answer.blind) != 32 or opened.status not in lookup_pb2.AnswerStatus.values()[1:]:
        raise Refused("ANSWER_INVALID", "The answer is not one.", request_id=request_id)
    kept = Kept(header, question, committed, opened.message, com)
    return Answered(opened.status, opened.as_of_unix_ms, opened.handle, answer, response.receipt, kept)
