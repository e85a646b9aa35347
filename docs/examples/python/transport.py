"""The TLS connection to the hub: docs/protocol.md, section 8, "Transport".

gRPC for Python cannot be asked to judge a certificate's name. So the hub's certificate is fetched by a handshake of its
own and judged here, and the channel then trusts this one certificate and nothing else.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from certificates import SERVER, Trust
from exchange.v1 import directory_pb2, directory_pb2_grpc
from refusals import Refused, of_call

LARGEST_MESSAGE = 4 * 1024 * 1024
PATIENCE = 10.0
"""Seconds for a unary call; the hub takes 60 at most."""


@dataclass(frozen=True)
class Identity:
    """An agency's certificate and key, and the CA it pins."""

    certificate_file: Path
    key_file: Path
    root_file: Path

    def chain(self) -> list[bytes]:
        """The certificate in DER, as it travels in offers and batches."""
        return [x509.load_pem_x509_certificate(self.certificate_file.read_bytes()).public_bytes(Encoding.DER)]

    def key(self) -> EllipticCurvePrivateKey:
        key = load_pem_private_key(self.key_file.read_bytes(), password=None)
        assert isinstance(key, EllipticCurvePrivateKey)
        return key

    def trust(self) -> Trust:
        return Trust(x509.load_pem_x509_certificate(self.root_file.read_bytes()))


def utc_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def call(method: Any, request: Any) -> Any:
    """A unary call; what it is refused with is raised as a Refused."""
    try:
        return method(request, timeout=PATIENCE)
    except grpc.RpcError as error:
        raise of_call(error) from None


def connect(address: str, identity: Identity, trust: Trust) -> tuple[grpc.Channel, str]:
    """A channel to the hub at host:port, and the hub's name. Fetches the revocation list first."""
    der = _certificate_of(address, identity)
    name, certificate = trust.name(der, SERVER, utc_now(), before_any_list=True)
    if not name.startswith("urn:xhub:hub:"):
        raise Refused("NAME_MISMATCH", "Whoever answers at the address is not a hub.")
    credentials = grpc.ssl_channel_credentials(
        certificate.public_bytes(Encoding.PEM), identity.key_file.read_bytes(), identity.certificate_file.read_bytes()
    )
    options = [
        # Retries of gRPC's own would send a sequence twice.
        ("grpc.enable_retries", 0),
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ]
    channel = grpc.secure_channel(address, credentials, options)
    directory = directory_pb2_grpc.DirectoryServiceStub(channel)
    trust.replace_list(call(directory.GetCrl, directory_pb2.GetCrlRequest()).crl, utc_now())
    trust.name(der, SERVER, utc_now())
    return channel, name.removeprefix("urn:xhub:hub:")


def _certificate_of(address: str, identity: Identity) -> bytes:
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context(cafile=str(identity.root_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    context.set_alpn_protocols(["h2"])
    try:
        with socket.create_connection((host, int(port)), PATIENCE) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
            return tls.getpeercert(binary_form=True) or b""
    except OSError as error:
        raise Refused("HUB_UNAVAILABLE", f"There is no connection to {address}: {error}.") from None
