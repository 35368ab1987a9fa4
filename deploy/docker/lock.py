"""Makes what closes SeaweedFS' inner port of S3, once, into a volume (docker-compose.yml).

That port (gRPC, 18333) makes identities for whoever reaches it, and asks for no key. With these files it wants a
certificate of an authority whose key is thrown away here: nobody has one, and no part of ours needs one.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FOLDER = Path("/lock")
YEARS = 30
"""That one has ended opens nothing: whoever comes has none at all."""


def make(folder: Path) -> None:
    """`s3.key` and `s3.crt`, which the store's user may read, and `ca.pem`. Idempotent: the authority comes last.

    The store's own certificate is not of that authority, so its key opens nothing either.
    """
    if (folder / "ca.pem").exists():
        return
    own = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    private = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "s3.key").write_bytes(private)
    (folder / "s3.crt").write_bytes(_certificate("store", own, authority=False))
    (folder / "ca.pem").write_bytes(_certificate("nobody", ec.generate_private_key(ec.SECP256R1()), authority=True))


def _certificate(name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> bytes:
    """Signed by itself."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        issuer_name=called,
        subject_name=called,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=365 * YEARS),
    ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def main() -> int:
    """Always 0. Raises OSError where the volume cannot be written to."""
    make(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
