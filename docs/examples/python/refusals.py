"""Why something was refused and what to do next: docs/protocol.md, section 8, "Refusals"; docs/reasons.md."""

from __future__ import annotations

import grpc
import status_pb2

DETAILS = "grpc-status-details-bin"
_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


class Refused(Exception):
    """A refusal of the hub or the provider, or one of our own under the same names."""

    def __init__(self, reason: str, message: str, remedy: str = "", request_id: str = "", retry_after_ms: int = 0) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.remedy = remedy
        self.request_id = request_id
        self.retry_after_ms = retry_after_ms

    def lines(self) -> list[str]:
        told = [f"{self.reason}: {self.message}"]
        if self.remedy:
            told.append(f"what to do next: {self.remedy}")
        if self.retry_after_ms:
            told.append(f"again after {self.retry_after_ms} ms")
        if self.request_id:
            told.append(f"request id {self.request_id}")
        return told


def of_call(error: grpc.RpcError) -> Refused:
    """Of a unary call, from the trailer; a status without one comes from gRPC itself."""
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS:
            return of_details(value, error.details() or "")
    reasons = {grpc.StatusCode.DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED", grpc.StatusCode.CANCELLED: "CANCELLED"}
    return Refused(reasons.get(error.code(), "HUB_UNAVAILABLE"), error.details() or error.code().name)


def of_details(trailer: bytes, message: str) -> Refused:
    """The status's message is the sentence and the remedy, for whoever shows nothing else."""
    status = status_pb2.Status.FromString(trailer)
    info, retry = status_pb2.ErrorInfo(), status_pb2.RetryInfo()
    for detail in status.details:
        if detail.type_url == _ERROR_INFO:
            info.ParseFromString(detail.value)
        elif detail.type_url == _RETRY_INFO:
            retry.ParseFromString(detail.value)
    delay = retry.retry_delay.seconds * 1000 + retry.retry_delay.nanos // 1_000_000
    remedy = info.metadata["remedy"]
    sentence = (status.message or message).removesuffix(remedy).rstrip()
    return Refused(info.reason or "INTERNAL", sentence, remedy, info.metadata["request_id"], delay)
