"""Opening a local platform to the phones of the same network: address, certificate, QR code."""

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.refusal import CannotRun
from deploy.local.state import write_private

# Phones refuse a server certificate that lasts longer than about thirteen months.
_SERVER_LIFETIME: Final = timedelta(days=390)
_AUTHORITY_LIFETIME: Final = timedelta(days=3650)
_RENEW_BEFORE: Final = timedelta(days=15)


@dataclass(frozen=True, kw_only=True)
class HttpsFiles:
    """What HTTPS needs, and the authority that the owner of a phone may choose to trust."""

    certificate: Path
    key: Path
    authority: Path


def lan_address() -> str:
    """Return the address of this machine on its network; `CannotRun` without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only chooses the interface (an address of documentation).
            probe.connect(("192.0.2.1", 9))
        except OSError as error:
            raise CannotRun(
                "Ce poste n’est sur aucun réseau : --lan ne peut pas servir les téléphones."
            ) from error
        return str(probe.getsockname()[0])


def https_files(folder: Path, address: str) -> HttpsFiles:
    """Return a certificate for `address`, made again when it changes or soon expires."""
    files = HttpsFiles(
        certificate=folder / "https-certificat.pem",
        key=folder / "https-cle.pem",
        authority=folder / "https-autorite.crt",
    )
    now = datetime.now(UTC)
    if not _still_good(files, address, now):
        _issue(files, address, now)
    return files


def qr_code(address: str) -> str:
    """Return a QR code that a terminal can show."""
    import io

    import segno

    picture = io.StringIO()
    segno.make(address, error="m").terminal(out=picture, compact=True)
    return picture.getvalue()


def _still_good(files: HttpsFiles, address: str, now: datetime) -> bool:
    if not all(path.exists() for path in (files.certificate, files.key, files.authority)):
        return False
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    served = names.get_values_for_type(x509.IPAddress)
    return (
        ipaddress.ip_address(address) in served
        and certificate.not_valid_after_utc - _RENEW_BEFORE > now
    )


def _issue(files: HttpsFiles, address: str, now: datetime) -> None:
    """Make an authority good for these addresses only, use it once, and forget its key."""
    names = [
        x509.IPAddress(ipaddress.ip_address(address)),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.DNSName("localhost"),
    ]
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _name(f"Ancrage, poste {address}")
    authority = (
        _builder(authority_name, authority_name, authority_key, now, _AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_allowed(address), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        _builder(_name(address), authority_name, server_key, now, _SERVER_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    secret = server_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    write_private(files.key, secret)
    write_private(files.certificate, server.public_bytes(pem) + authority.public_bytes(pem))
    write_private(files.authority, authority.public_bytes(pem))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _allowed(address: str) -> x509.NameConstraints:
    """Keep a leaked authority harmless: it may speak for this machine only."""
    return x509.NameConstraints(
        permitted_subtrees=[
            x509.IPAddress(ipaddress.ip_network(f"{address}/32")),
            x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
            x509.DNSName("localhost"),
        ],
        excluded_subtrees=None,
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + lifetime)
    )
