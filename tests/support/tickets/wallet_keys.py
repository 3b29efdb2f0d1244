"""Keys and certificates such as Apple and Google give out, made for a test."""

import functools
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

PASS_TYPE, TEAM = "pass.org.example.turnout", "ABCDE12345"
# Of an account that has the longest names that there are.
ISSUER, SERVICE = "3388000000012345678", f"{'p' * 30}@{'w' * 30}.iam.gserviceaccount.com"
_SINCE, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Issued:
    """What an operator gets, as PEM."""

    key: str
    certificate: str
    intermediate: str
    root: str

    @property
    def bundle(self) -> str:
        """The setting APPLE_WALLET."""
        return self.key + self.certificate + self.intermediate


@functools.cache
def rsa(number: int, bits: int = 2048) -> RSAPrivateKey:
    """Always the same for a number: making one takes longer than most tests."""
    del number
    return generate_private_key(65537, bits)


def pem(key: RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *form).decode()


@functools.cache
def issued(*, names: bool = True) -> Issued:
    """A chain of three; without `names` the certificate does not say whose passes it is for."""
    root, middle, own = rsa(1), rsa(2), rsa(3)
    top, between = _name("Test Root CA"), _name("Worldwide Developer Relations Test")
    attributes = {NameOID.USER_ID: PASS_TYPE, NameOID.ORGANIZATIONAL_UNIT_NAME: TEAM} if names else {}
    subject = x509.Name([*_name("Pass Type"), *(x509.NameAttribute(oid, text) for oid, text in attributes.items())])
    certificates = (
        _certificate(subject, between, own, middle, is_authority=False),
        _certificate(between, top, middle, root),
        _certificate(top, top, root, root),
    )
    return Issued(pem(own), *(one.public_bytes(serialization.Encoding.PEM).decode() for one in certificates))


def service_account() -> str:
    """The setting GOOGLE_WALLET."""
    return json.dumps({"type": "service_account", "client_email": SERVICE, "private_key": pem(rsa(4))})


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, signer: RSAPrivateKey, *, is_authority: bool = True
) -> x509.Certificate:
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), _SINCE, _UNTIL)
    builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    builder = builder.add_extension(_usage(is_authority=is_authority), critical=True)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
