"""Whom the example believes: certificates, lists, bundles, commitments, with a CA that is thrown away."""

import datetime
import time
import unittest

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

try:
    import enrolment
    import refusals
    import session
    import status_pb2
    from certificates import CLIENT, SERVER, Trust, sign
    from exchange.v1 import enrolment_pb2, session_pb2
    from transcript import T
except ImportError as missing:
    raise unittest.SkipTest(f"{missing.name} is not there: ./stubs FOLDER makes the messages, PYTHONPATH=FOLDER finds them") from None

HOUR = datetime.timedelta(hours=1)
NOW = datetime.datetime(2026, 5, 1, 12)
NOW_MS = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
AGENCY = "urn:xhub:agency:jp.tax"


class Ca:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throwaway CA")])
        self.root = self.issue(self.key, [], authority=True)

    def issue(self, key, uris, *, uses=(CLIENT,), authority=False, until=NOW + HOUR):  # type: ignore[no-untyped-def]
        builder = x509.CertificateBuilder().issuer_name(self.name).subject_name(self.name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW - HOUR).not_valid_after(until)
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        if uris:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris]), False)
        if uses:
            builder = builder.add_extension(x509.ExtendedKeyUsage(uses), False)
        return builder.sign(self.key, SHA256())

    def list(self, *revoked: x509.Certificate, at: datetime.datetime = NOW, key: "ec.EllipticCurvePrivateKey | None" = None) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(at).next_update(at + 48 * HOUR)
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(key or self.key, SHA256()).public_bytes(Encoding.DER)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


class Refusing(unittest.TestCase):
    def setUp(self) -> None:
        self.ca = Ca()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.ca.issue(self.key, [AGENCY])
        self.trust = Trust(self.ca.root)
        self.trust.replace_list(self.ca.list(), NOW)

    def refuses(self, reason, call, *arguments, **named) -> None:  # type: ignore[no-untyped-def]
        with self.assertRaises(refusals.Refused) as refused:
            call(*arguments, **named)
        self.assertEqual(refused.exception.reason, reason)


class Certificates(Refusing):
    def test_a_certificate_of_the_ca_speaks_for_its_one_uri(self) -> None:
        self.assertEqual(self.trust.name(der(self.certificate), CLIENT, NOW)[0], AGENCY)

    def test_no_other_certificate_speaks_for_anybody(self) -> None:
        issue, key, untrusted = self.ca.issue, self.key, "CERTIFICATE_NOT_TRUSTED"
        for reason, certificate in (
            (untrusted, Ca().issue(key, [AGENCY])),
            (untrusted, issue(key, [AGENCY], uses=(SERVER,))),
            (untrusted, issue(key, [AGENCY], uses=())),
            (untrusted, issue(key, [AGENCY], authority=True)),
            (untrusted, issue(key, [AGENCY], until=NOW - HOUR / 2)),
            (untrusted, issue(ec.generate_private_key(ec.SECP384R1()), [AGENCY])),
            ("NAME_MISMATCH", issue(key, [])),
            ("NAME_MISMATCH", issue(key, [AGENCY, "https://example.org"])),
        ):
            self.refuses(reason, self.trust.name, der(certificate), CLIENT, NOW)
        self.refuses(untrusted, self.trust.name, b"\x30\x00", CLIENT, NOW)

    def test_a_revoked_certificate_is_refused_and_without_a_list_in_force_every_one(self) -> None:
        self.refuses("REVOCATION_LIST_STALE", Trust(self.ca.root).name, der(self.certificate), CLIENT, NOW)
        self.refuses("REVOCATION_LIST_STALE", self.trust.name, der(self.ca.issue(self.key, [AGENCY], until=NOW + 99 * HOUR)), CLIENT, NOW + 25 * HOUR)
        self.trust.replace_list(self.ca.list(self.certificate), NOW)
        self.refuses("CERTIFICATE_REVOKED", self.trust.name, der(self.certificate), CLIENT, NOW)

    def test_a_list_that_is_old_older_early_or_another_signers_replaces_nothing(self) -> None:
        for bad in (
            self.ca.list(at=NOW - 25 * HOUR), self.ca.list(at=NOW - HOUR), self.ca.list(at=NOW + HOUR), self.ca.list(key=self.key), b"",
        ):  # fmt: skip
            self.refuses("REVOCATION_LIST_STALE", self.trust.replace_list, bad, NOW)


class Bundles(Refusing):
    def bundle(self, key=None, **changed) -> "session_pb2.Bundle":  # type: ignore[no-untyped-def]
        values = {
            "agency": "jp.tax", "node": "n1", "suite": "X25519", "public_key": bytes([9] * 32), "key_id": bytes(8),
            "issued_at_unix_ms": NOW_MS, "not_after_unix_ms": NOW_MS + session.DAY_MS, **changed,
        }  # fmt: skip
        signature = sign(key or self.key, T("xhub/v1/bundle", *values.values()))
        return session_pb2.Bundle(**values, chain=[der(self.certificate)], signature=signature)

    def check(self, bundle, newest: int = 0, agency: str = "jp.tax") -> None:  # type: ignore[no-untyped-def]
        session.check_bundle(bundle, agency, self.trust, NOW, NOW_MS, newest)

    def test_a_bundle_of_the_agency_wanted_is_taken_and_one_of_another_not(self) -> None:
        self.check(self.bundle())
        self.refuses("NAME_MISMATCH", self.check, self.bundle(), agency="jp.pension")
        self.refuses("NAME_MISMATCH", self.check, self.bundle(agency="jp.pension"))

    def test_a_bundle_that_is_changed_out_of_time_or_of_another_suite_is_refused(self) -> None:
        other = ec.generate_private_key(ec.SECP256R1())
        for reason, bundle in (
            ("SIGNATURE_INVALID", self.bundle(key=other)),
            ("SUITE_NOT_ALLOWED", self.bundle(suite="X-Wing")),
            ("TIME_OUT_OF_RANGE", self.bundle(issued_at_unix_ms=NOW_MS + 61_000)),
            ("BUNDLE_STALE", self.bundle(not_after_unix_ms=NOW_MS - 1)),
            ("BUNDLE_STALE", self.bundle(not_after_unix_ms=NOW_MS + session.DAY_MS + 1)),
        ):
            self.refuses(reason, self.check, bundle)
        self.refuses("BUNDLE_STALE", self.check, self.bundle(), newest=NOW_MS + 1)


class Commitments(Refusing):
    def commitments(self, version: int = 3, hub_point: bytes = bytes([7] * 32)) -> "enrolment_pb2.Commitments":
        point = enrolment_pb2.AgencyPoint(agency="jp.tax", epoch=1, point=bytes([8] * 32))
        signature = sign(self.key, T("xhub/v1/commitments", version, hub_point, point.agency, point.epoch, point.point))
        return enrolment_pb2.Commitments(version=version, hub_point=hub_point, agencies=[point], signature=signature)

    def test_only_what_the_pinned_authority_signed_of_the_pinned_point_and_no_older_is_taken(self) -> None:
        pinned, stranger = bytes([7] * 32), self.ca.issue(ec.generate_private_key(ec.SECP256R1()), ["urn:xhub:authority"])
        enrolment.check_commitments(self.commitments(), self.certificate, pinned, newest=3)
        for arguments in (
            (self.commitments(), stranger, pinned, 0), (self.commitments(), self.certificate, bytes([6] * 32), 0),
            (self.commitments(), self.certificate, pinned, 4),
        ):  # fmt: skip
            self.refuses("COMMITMENTS_INVALID", enrolment.check_commitments, *arguments)
        self.refuses("COMMITMENTS_INVALID", enrolment.own_point, self.commitments(), "jp.tax", 2)


class Refusals(unittest.TestCase):
    def test_reason_remedy_request_and_delay_are_read_from_the_trailer(self) -> None:
        info = status_pb2.ErrorInfo(reason="QUOTA_EXCEEDED", domain="exchange", metadata={"remedy": "Wait.", "request_id": "0a"})
        retry = status_pb2.RetryInfo(retry_delay=status_pb2.Delay(seconds=1, nanos=500_000_000))
        status = status_pb2.Status(code=8, message="Too many. Wait.", details=[
            status_pb2.Detail(type_url=f"type.googleapis.com/google.rpc.{name}", value=value.SerializeToString())
            for name, value in (("ErrorInfo", info), ("RetryInfo", retry))
        ])  # fmt: skip
        refused = refusals.of_details(status.SerializeToString(), "")
        self.assertEqual(
            refused.lines(), ["QUOTA_EXCEEDED: Too many.", "what to do next: Wait.", "again after 1500 ms", "request id 0a"]
        )  # fmt: skip


class Sequences(unittest.TestCase):
    def test_a_sequence_begins_at_1_is_never_the_same_twice_and_ends_at_2_to_the_32(self) -> None:
        until = time.time_ns() // 1_000_000 + 60_000
        at = session.Session("jp.tax", "n1", 1, bytes(16), bytes(32), bytes(32), until)
        self.assertEqual([at.next_sequence(), at.next_sequence()], [1, 2])
        last = session.Session("jp.tax", "n1", 1, bytes(16), bytes(32), bytes(32), until, 2**32 - 1)
        self.assertEqual(last.next_sequence(), 2**32)
        with self.assertRaises(refusals.Refused):
            last.next_sequence()
