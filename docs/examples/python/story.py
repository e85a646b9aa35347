"""A requester's day, told as it happens: enrol, ask COLD, ask WARM, open the commitments, be refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import lookup
import sealing
from exchange.v1 import lookup_pb2
from lookup import Answered, Asked, Kept
from records.tax.v1 import income_pb2
from refusals import Refused
from requester import Contract, Requester
from sandbox import Town, numbers

PROVIDER, TASK, DATA_SET = "jp.tax", "benefit-eligibility", "tax.income.v1"
CONTRACTS = {DATA_SET: Contract("records.tax.v1.IncomeQuestion", "records.tax.v1.IncomeStatement", 512, False)}


class Unexpected(Exception):
    """Something did not go as the protocol promises."""


def tell(town: Town, people: int, year: int, keep: Path | None) -> None:
    heading("1. Connect")
    requester = Requester(town.agency, town.identity, town.pinned, town.hub, town.epoch, CONTRACTS)
    say(f"{town.hub} is {requester.hub}: certificate of the pinned CA, on no revocation list.")
    say(f"Commitments file {requester.commitments.version}: signed by the pinned key authority, names the pinned hub point.")

    heading("2. Enrol")
    requester.enrol(numbers(town.people, people))
    say(f"People of {town.agency}: {people}, epoch {requester.epoch}. Both proofs hold. Closed with a scalar of our own,")
    say("so the column here is not that of the town's adapter. The numbers are forgotten.")

    heading("3. Ask COLD")
    asked = Asked(
        town.agency, PROVIDER, TASK, DATA_SET, CONTRACTS[DATA_SET].declared_size,
        income_pb2.IncomeQuestion(year=year).SerializeToString(), "a.sato@welfare", "example-1",
    )  # fmt: skip
    session = requester.session(PROVIDER)
    say(f"Bundle of node {session.node}: speaks for {PROVIDER}, in force. Session {session.id.hex()}: confirmed by that node.")
    found = [(person, answered) for person in requester.column if is_found(answered := ask(requester, person, asked, lookup.COLD))]
    expect(bool(found), "none of these people was found")

    heading("4. Ask WARM")
    person, first = found[0]
    second = ask(requester, person, asked, lookup.WARM)
    expect(is_found(second) and second.answer.record == first.answer.record, "WARM and COLD answers differ")
    say("The same record, by the handle of the first answer: no point was sent.")

    heading("5. Open the commitments, later")
    show_openings(second.kept, keep)

    heading("6. Be refused")
    show_refusals(requester, person, asked)


def ask(requester: Requester, person: str, asked: Asked, kind: int) -> Answered:
    answered = requester.ask(person, asked)
    header = lookup_pb2.Header.FromString(answered.kept.header)
    expect(header.kind == kind, "asked in another way than meant")
    receipt = answered.receipt
    say(f"{person}: {lookup_pb2.AnswerStatus.Name(answered.status).removeprefix('ANSWER_STATUS_')}, sequence {header.sequence}")
    if is_found(answered):
        tell_record(answered)
    say(f"  {'receipt':<27}entry {receipt.index} of the log of {receipt.log}, leaf {receipt.leaf_hash.hex()}")
    say(f"  {'request id':<27}{receipt.request_id.hex()}")
    return answered


def tell_record(answered: Answered) -> None:
    record = income_pb2.IncomeStatement.FromString(answered.answer.record)
    for field, value in record.ListFields():
        told = field.enum_type.values_by_number[value].name.removeprefix("ASSESSMENT_STATE_") if field.enum_type else value
        say(f"  {field.name:<27}{told}")
    names = income_pb2.IncomeStatement.DESCRIPTOR.fields_by_number
    withheld = ", ".join(names[number].name if number in names else str(number) for number in answered.answer.withheld)
    say(f"  {'withheld':<27}{withheld or 'nothing'}")


def show_openings(kept: Kept, keep: Path | None) -> None:
    """Before a court: header and message on the table, the commitment from the hub's log."""
    say(f"question  {kept.question_commitment.hex()}  opens: {yes(opened(kept, kept.question, kept.question_commitment))}")
    say(f"answer    {kept.answer_commitment.hex()}  opens: {yes(opened(kept, kept.answer, kept.answer_commitment))}")
    changed = kept.answer[:-1] + bytes([kept.answer[-1] ^ 1])
    say(f"answer, with one bit changed{' ' * 40}  opens: {yes(opened(kept, changed, kept.answer_commitment))}")
    expect(opened(kept, kept.question, kept.question_commitment), "the question's commitment does not open")
    expect(opened(kept, kept.answer, kept.answer_commitment), "the answer's commitment does not open")
    expect(not opened(kept, changed, kept.answer_commitment), "a changed answer opens")
    if keep is None:
        return
    keep.mkdir(parents=True, exist_ok=True)
    for name in ("header", "question", "answer"):
        (keep / name).write_bytes(getattr(kept, name))
    say("Again from files:")
    for name, commitment in (("question", kept.question_commitment), ("answer", kept.answer_commitment)):
        say(f"  client.py open {keep}/header {keep}/{name} {commitment.hex()}")


def show_refusals(requester: Requester, person: str, asked: Asked) -> None:
    """By the hub, which never sends the first on; then by the provider, which is advisory."""
    session, stored = requester.session(asked.provider), requester.column[person]
    no_law = dataclasses.replace(asked, task="parking-permit")
    show_refusal("for a task that no law names", "TASK_UNKNOWN", lambda: requester.ask(person, no_law))
    stranger = dataclasses.replace(session, id=bytes(16))
    show_refusal(
        "in a session that the provider does not hold", "UNKNOWN_SESSION",
        lambda: lookup.cold(requester.channel, stranger, asked, stored, requester.closing),
    )  # fmt: skip
    show_refusal("of an agency that is not there", "PROVIDER_UNKNOWN", lambda: requester.session("jp.nobody"))


def show_refusal(how: str, reason: str, refused_call: Callable[[], object]) -> None:
    try:
        refused_call()
    except Refused as refused:
        say(f"Asked {how}:")
        for line in refused.lines():
            say(f"  {line}")
        expect(refused.reason == reason, f"{reason} was expected")
    else:
        raise Unexpected(f"asked {how}, and not refused")


def opened(kept: Kept, message: bytes, commitment: bytes) -> bool:
    return sealing.opens(kept.header, message, commitment)


def is_found(answered: Answered) -> bool:
    return answered.status == lookup_pb2.ANSWER_STATUS_FOUND


def expect(true: bool, otherwise: str) -> None:
    if not true:
        raise Unexpected(otherwise)


def yes(true: bool) -> str:
    return "yes" if true else "no"


def heading(text: str) -> None:
    print(f"\n-- {text}")


def say(text: str) -> None:
    print(text, flush=True)
