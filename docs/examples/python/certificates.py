"""The one CA, its revocation list, and whom a certificate speaks for: docs/protocol.md, section 2, "Certificates and names"."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier, SignatureAlgorithmOID

from refusals import Refused

CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
_LARGEST_CERTIFICATE = 8 * 1024
_LARGEST_LIST = 4 * 1024 * 1024
_OLDEST_LIST = timedelta(hours=24)
_AHEAD = timedelta(minutes=5)
_KNOWN = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.SubjectAlternativeName)


def sign(key: EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ECDSA P-256, SHA-256, as r and s of 32 bytes each."""
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(certificate: x509.Certificate, signature: bytes, message: bytes) -> bool:
    key = certificate.public_key()
    if len(signature) != 64 or not isinstance(key, EllipticCurvePublicKey):
        return False
    pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(pair, message, ECDSA(SHA256()))
        return True
    except InvalidSignature:
        return False


class Trust:
    """The pinned CA and the newest revocation list seen. Times are naive UTC, as in the certificates."""

    def __init__(self, root: x509.Certificate) -> None:
        self._root = root
        self._list: x509.CertificateRevocationList | None = None
        if not self._issued(root):
            raise Refused("CERTIFICATE_NOT_TRUSTED", "The pinned CA is not a self-signed P-256 certificate.")

    def replace_list(self, der: bytes, now: datetime) -> None:
        """Takes the CA's current list, unless it is not the CA's, not in force or older than the one at hand."""
        if len(der) > _LARGEST_LIST:
            raise _stale("too large")
        try:
            offered = x509.load_der_x509_crl(der)
            good = (
                offered.issuer == self._root.subject
                and offered.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
                and offered.is_signature_valid(self._root.public_key())
                and not any(extension.critical for each in (offered, *offered) for extension in each.extensions)
            )
        except (ValueError, UnsupportedAlgorithm):
            raise _stale("not readable") from None
        if not good:
            raise _stale("not a complete list of the pinned CA")
        if not _in_force(offered, now):
            raise _stale("not in force")
        if self._list is not None and offered.last_update < self._list.last_update:
            raise _stale("older than the one at hand")
        self._list = offered

    def name(self, der: bytes, use: ObjectIdentifier, now: datetime, *, before_any_list: bool = False) -> tuple[str, x509.Certificate]:
        """The one SAN URI of a certificate that is issued by the CA for this use, in force and not revoked.

        `before_any_list` leaves revocation out: for the connection over which the list itself is fetched.
        """
        if len(der) > _LARGEST_CERTIFICATE:
            raise _untrusted("too large")
        try:
            certificate = x509.load_der_x509_certificate(der)
            extensions = {type(extension.value): extension for extension in certificate.extensions}
        except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            raise _untrusted("not readable") from None
        if not self._issued(certificate):
            raise _untrusted("not issued by the pinned CA")
        if not certificate.not_valid_before <= now <= certificate.not_valid_after:
            raise _untrusted("not in force")
        if any(extension.critical and kind not in _KNOWN for kind, extension in extensions.items()):
            raise _untrusted("critical extension")
        values = {kind: extension.value for kind, extension in extensions.items()}
        constraints, usage, uses = (values.get(kind) for kind in (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage))
        if (constraints and constraints.ca) or (usage and not usage.digital_signature) or not uses or use not in uses:
            raise _untrusted("not for this use")
        names = values.get(x509.SubjectAlternativeName)
        uris = names.get_values_for_type(x509.UniformResourceIdentifier) if names else []
        if len(uris) != 1:
            raise Refused("NAME_MISMATCH", "The certificate does not have exactly one URI.")
        if not before_any_list:
            if self._list is None or not _in_force(self._list, now):
                raise _stale("none in force")
            if self._list.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
                raise Refused("CERTIFICATE_REVOKED", "The certificate is revoked.")
        return uris[0], certificate

    def _issued(self, certificate: x509.Certificate) -> bool:
        """Issued directly: the CA's name, and a signature ECDSA P-256 SHA-256 by the CA's key, over a key on P-256."""
        issuer, key = self._root.public_key(), certificate.public_key()
        if not all(isinstance(each, EllipticCurvePublicKey) and isinstance(each.curve, SECP256R1) for each in (issuer, key)):
            return False
        if certificate.issuer != self._root.subject or certificate.signature_algorithm_oid != SignatureAlgorithmOID.ECDSA_WITH_SHA256:
            return False
        try:
            issuer.verify(certificate.signature, certificate.tbs_certificate_bytes, ECDSA(SHA256()))
            return True
        except InvalidSignature:
            return False


def _in_force(offered: x509.CertificateRevocationList, now: datetime) -> bool:
    issued, until = offered.last_update, offered.next_update
    return issued <= now + _AHEAD and now - issued <= _OLDEST_LIST and (until is None or now < until)


def _untrusted(why: str) -> Refused:
    return Refused("CERTIFICATE_NOT_TRUSTED", f"The certificate is not trusted: {why}.")


def _stale(why: str) -> Refused:
    return Refused("REVOCATION_LIST_STALE", f"There is no revocation list to rely on: {why}.")
