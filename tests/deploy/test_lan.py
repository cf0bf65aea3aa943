"""Phones of the same network: a certificate for one address, made again only when needed."""

import ssl
import stat
from pathlib import Path

from cryptography import x509

from deploy.local.lan import https_files, qr_code


def test_the_certificate_is_for_the_address_and_signed_by_its_authority(tmp_path: Path) -> None:
    files = https_files(tmp_path, "192.168.1.20")
    server, authority = x509.load_pem_x509_certificates(files.certificate.read_bytes())
    server.verify_directly_issued_by(authority)
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)


def test_the_certificate_is_kept_until_the_address_changes(tmp_path: Path) -> None:
    first = https_files(tmp_path, "192.168.1.20").certificate.read_bytes()
    assert https_files(tmp_path, "192.168.1.20").certificate.read_bytes() == first
    assert https_files(tmp_path, "192.168.1.21").certificate.read_bytes() != first


def test_the_terminal_shows_a_code_to_scan() -> None:
    assert qr_code("https://192.168.1.20:8041").count("\n") > 10
