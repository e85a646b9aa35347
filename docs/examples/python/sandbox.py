"""Where the sandbox keeps what an agency is given by hand; nothing here is part of the protocol."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from requester import Pinned
from transport import Identity


@dataclass(frozen=True)
class Town:
    agency: str
    hub: str
    identity: Identity
    pinned: Pinned
    people: Path
    epoch: int = 1


def town(state: Path) -> Town:
    """The town that keeps its list as a CSV file: hub address, certificates and pinned values are in its adapter.yaml."""
    folder = state / "jp.mun.131016"
    said = dict(
        line.split(": ", 1) for line in (folder / "adapter.yaml").read_text().splitlines() if ": " in line and not line.startswith("#")
    )  # fmt: skip
    authority = x509.load_pem_x509_certificate((folder / said["authority_certificate"]).read_bytes())
    return Town(
        agency=said["agency"],
        hub=said["hub"].removeprefix("https://").rstrip("/"),
        identity=Identity(folder / said["certificate"], folder / said["key"], folder / said["root"]),
        pinned=Pinned(authority, bytes.fromhex(said["hub_point"])),
        people=folder / "records" / "people.csv",
    )


def numbers(people: Path, count: int) -> dict[str, str]:
    """The first people of a town's list, in Shift_JIS: its own key of each, and the number."""
    with people.open(encoding="cp932", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {key: number for key, number in (row for row, _ in zip(rows, range(count)))}
