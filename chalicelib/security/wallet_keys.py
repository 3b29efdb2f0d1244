"""What signs passes for wallets: the certificate of Apple, the service account of Google (docs/adr/0040-wallets.md).

`cryptography` is imported by the first pass of a process only. It is in packages that were made with `WALLETS=on`.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LEAST_BITS = 2048


class WalletKeyError(Exception):
    """What is configured cannot sign passes; the message is for the operator and holds nothing of the key."""


@dataclass(frozen=True, slots=True)
class PassCertificate:
    """The certificate of a pass type with its key, and those that lead from it to Apple's root."""

    certificate: "x509.Certificate"
    key: "RSAPrivateKey"
    chain: "Sequence[x509.Certificate]"

    @property
    def pass_type(self) -> str:
        """Apple writes the identifier of the pass type into the certificate as its user id."""
        from cryptography.x509.oid import NameOID

        return self._named(NameOID.USER_ID)

    @property
    def team(self) -> str:
        """And the team as its organizational unit."""
        from cryptography.x509.oid import NameOID

        return self._named(NameOID.ORGANIZATIONAL_UNIT_NAME)

    def sign(self, content: bytes) -> bytes:
        """A detached PKCS #7 signature in DER, with the time of signing and all certificates."""
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.serialization import pkcs7

        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for one in self.chain:
            builder = builder.add_certificate(one)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
        return builder.sign(serialization.Encoding.DER, options)

    def _named(self, oid: "x509.ObjectIdentifier") -> str:
        return str(self.certificate.subject.get_attributes_for_oid(oid)[0].value)

    @classmethod
    def parse(cls, text: str) -> "PassCertificate":
        """From PEM: a key, and certificates in any order; the key says which is that of the pass type.

        Raises `WalletKeyError`.
        """
        from cryptography import x509

        key = _rsa_key(text, "APPLE_WALLET")
        try:
            found = x509.load_pem_x509_certificates(text.encode())
        except ValueError:
            raise WalletKeyError("APPLE_WALLET: it needs certificates in PEM beside the private key") from None
        own = [one for one in found if one.public_key() == key.public_key()]
        if not own:
            raise WalletKeyError("APPLE_WALLET: none of the certificates belongs to the private key")
        chain = [one for one in found if one != own[0]]
        if own[0].issuer not in {one.subject for one in chain}:
            raise WalletKeyError("APPLE_WALLET: the certificate of its issuer (Apple WWDR) is missing")
        made = cls(own[0], key, chain)
        try:
            _ = made.pass_type, made.team
        except IndexError:
            raise WalletKeyError("APPLE_WALLET: the certificate names no pass type (UID) or no team (OU)") from None
        return made


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An account of Google that may make passes; `email` is who it is."""

    email: str
    key: "RSAPrivateKey"

    def token(self, claims: "Mapping[str, Any]") -> str:
        """A JWT (RS256) of these claims, as short as their text allows."""
        import jwt

        return jwt.encode(dict(claims), self.key, algorithm="RS256", json_encoder=_AsItIs)

    @classmethod
    def parse(cls, text: str) -> "ServiceAccount":
        """From the file that Google gives out for a key. Raises `WalletKeyError`."""
        try:
            file = json.loads(text)
            email, pem = str(file["client_email"]), str(file["private_key"])
        except (ValueError, KeyError, TypeError):
            raise WalletKeyError("GOOGLE_WALLET: it is no JSON with client_email and private_key") from None
        return cls(email, _rsa_key(pem, "GOOGLE_WALLET"))


class _AsItIs(json.JSONEncoder):
    """Letters stay letters: the token is a part of an address, and escapes are twice as long."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


def _rsa_key(pem: str, name: str) -> "RSAPrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise WalletKeyError(f"{name}: there is no private key in PEM that can be read without a password") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise WalletKeyError(f"{name}: the private key has to be RSA with at least {_LEAST_BITS} bits")
    return key
