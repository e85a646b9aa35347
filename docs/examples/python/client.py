#!/usr/bin/env python3
"""A requester in Python. The story runs against a sandbox; README.md says how to start one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sealing


def main() -> int:
    parser = argparse.ArgumentParser(description="An agency that asks, written from docs/protocol.md: an example, not a product.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    story = verbs.add_parser("story", help="enrol, ask COLD and WARM, open the commitments, be refused; against a sandbox that is up")
    story.add_argument("--state", type=Path, required=True, metavar="DIR", help="state folder of the sandbox")
    story.add_argument("--people", type=int, default=3, metavar="N", help="how many people are enrolled and asked about [default: %(default)s]")
    story.add_argument("--year", type=int, default=2025, help="whose income is asked for [default: %(default)s]")
    story.add_argument("--keep", type=Path, metavar="DIR", help="where header and messages of the last lookup are written, for `open`")
    opening = verbs.add_parser("open", help="whether a commitment of the hub's log is to this header and message: yes or no")
    opening.add_argument("header", type=Path, help="file with the header, in the bytes that travelled")
    opening.add_argument("message", type=Path, help="file with the serialised Question or Answer")
    opening.add_argument("commitment", type=bytes.fromhex, help="32 bytes in hex")
    options = parser.parse_args()
    return tell(options) if options.verb == "story" else open_commitment(options)


def open_commitment(options: argparse.Namespace) -> int:
    right = sealing.opens(options.header.read_bytes(), options.message.read_bytes(), options.commitment)
    print("yes" if right else "no")
    return 0 if right else 1


def tell(options: argparse.Namespace) -> int:
    # These want the generated stubs; `open` does not.
    import sandbox
    import story
    from refusals import Refused

    try:
        story.tell(sandbox.town(options.state), options.people, options.year, options.keep)
        return 0
    except Refused as refused:
        print("\n".join(refused.lines()), file=sys.stderr)
    except story.Unexpected as unexpected:
        print(f"not as promised: {unexpected}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
