"""An authority of our own, and the certificates that it issues for servers at 127.0.0.1 and for ourselves."""

import subprocess
from pathlib import Path


def certify(folder: Path, *names: str) -> None:
    """`ca.pem`, and for each name `<name>.key`, `<name>.crt`, and both with the authority's in `<name>.pem`."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in names:
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", "csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", f"{name}.crt")  # fmt: skip
        key, own, ca = ((folder / file).read_text() for file in (f"{name}.key", f"{name}.crt", "ca.pem"))
        (folder / f"{name}.pem").write_text(key + own + ca)
