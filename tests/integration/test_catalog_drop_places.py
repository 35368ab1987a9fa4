"""Drops on real servers: a bucket of SeaweedFS; by OpenSSH's sftp to asyncssh's server and to a real sshd."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncssh
import pytest

from runtime.config import Settings
from runtime.s3_store import Store
from services.catalog.drops.model import ToS3, ToSftp
from services.catalog.drops.s3 import S3Target
from services.catalog.drops.sftp import SftpTarget
from services.catalog.drops.target import NotTaken, Target
from tests.e2e.member import free_port

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_sftp = pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's sftp is not there")
needs_sshd = pytest.mark.skipif(SSHD is None, reason="no sshd is installed (Debian: openssh-server)")


async def story(target: Target, folder: Path, there: Path | None) -> None:
    """Put, replace, remove, and once more what is not there. there: where it lies, where that can be looked at."""
    new, other = folder / "0", folder / "1"
    new.write_bytes(b"new")
    other.write_bytes(b"other")
    await target.put({"A.jpg": new, "B+1.jpg": other}, [])
    await target.put({"A.jpg": other}, ["A.jpg", "B+1.jpg"])
    if there:
        assert {path.name: path.read_bytes() for path in there.iterdir()} == {"A.jpg": b"other", "B+1.jpg": b"other"}
    await target.remove(["A.jpg", "never.jpg"])
    await target.remove(["A.jpg"])
    if there:
        assert [path.name for path in there.iterdir()] == ["B+1.jpg"]
        (there / "C.jpg.part").write_bytes(b"half")  # the connection was lost before the rename
        await target.remove(["C.jpg"])
        assert [path.name for path in there.iterdir()] == ["B+1.jpg"]


@pytest.mark.broker
async def test_a_bucket(s3: Settings, tmp_path: Path) -> None:
    keys = {"env:A": s3.s3_access_key, "env:B": s3.s3_secret_key}
    to = ToS3(
        url=f"http://{s3.s3_endpoint}", bucket=s3.inbox_bucket, prefix="drop/x", access_key="env:A", secret_key="env:B"
    )
    store = Store(s3)
    with ThreadPoolExecutor(2) as threads:
        await story(S3Target(to, keys.__getitem__, threads), tmp_path, None)
        bucket = store.bucket(s3.inbox_bucket)
        stored = await bucket.get("drop/x/B+1.jpg")
        assert stored is not None and stored.body == b"other" and await bucket.get("drop/x/A.jpg") is None
        wrong = S3Target(to, {"env:A": "nobody", "env:B": "no-such-key"}.__getitem__, threads)
        with pytest.raises(NotTaken) as told:
            await wrong.put({"A.jpg": tmp_path / "0"}, [])
        assert "no-such-key" not in str(told.value)
        away = S3Target(to.model_copy(update={"url": f"http://127.0.0.1:{free_port()}"}), keys.__getitem__, threads)
        with pytest.raises(NotTaken, match=r"is away|cannot be reached"):
            await away.remove(["A.jpg"])
    await bucket.delete("drop/x/B+1.jpg")
    store.close()


class Keys:
    """Ours, the server's, and a file that knows the server."""

    def __init__(self, folder: Path, port: int) -> None:
        self.own, self.host, self.known = folder / "own", folder / "host", folder / "known_hosts"
        for path in (self.own, self.host):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        kind, key, *_ = Path(f"{self.host}.pub").read_text().split()
        self.known.write_text(f"[127.0.0.1]:{port} {kind} {key}\n")


@asynccontextmanager
async def asyncssh_server(keys: Keys, port: int, folder: Path) -> AsyncIterator[None]:
    """Who signs in by our key lands in `folder`."""

    def rooted(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    async with asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[str(keys.host)],
        authorized_client_keys=f"{keys.own}.pub",
        sftp_factory=rooted,
    ):
        yield


@contextmanager
def real_sshd(keys: Keys, port: int, folder: Path) -> Iterator[None]:
    """Debian's, of whoever runs the tests."""
    authorized = folder.parent / "authorized"
    shutil.copyfile(f"{keys.own}.pub", authorized)
    settings = folder.parent / "sshd_config"
    settings.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {keys.host}\nAuthorizedKeysFile {authorized}\nPidFile none\n"
        f"StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nSubsystem sftp internal-sftp -d {folder}\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True) if os.geteuid() == 0 else None
    child = subprocess.Popen([str(SSHD), "-D", "-e", "-f", settings], stderr=subprocess.PIPE, text=True)
    try:
        listens(child, port)
        yield
    finally:
        child.terminate()
        child.wait()


def listens(child: subprocess.Popen[str], port: int) -> None:
    """Skips where this sshd does not run here (its package made no user for it)."""
    for _ in range(600):
        if child.poll() is not None:
            pytest.skip(f"sshd does not run here: {child.communicate()[1].strip()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


def to_sftp(keys: Keys, port: int, folder: str, user: str) -> ToSftp:
    return ToSftp(host="127.0.0.1", port=port, user=user, folder=folder, key_file=keys.own, known_hosts=keys.known)


@needs_sftp
async def test_sftp_to_asyncssh(tmp_path: Path) -> None:
    (folder := tmp_path / "served").mkdir()
    keys = Keys(tmp_path, port := free_port())
    to = to_sftp(keys, port, "in/new", "us")
    async with asyncssh_server(keys, port, folder):
        await story(SftpTarget(to), tmp_path, folder / "in" / "new")
        stranger = tmp_path / "stranger"
        stranger.write_text(keys.known.read_text().replace(keys.known.read_text().split()[2][-20:], "A" * 20))
        with pytest.raises(NotTaken):
            await SftpTarget(to.model_copy(update={"known_hosts": stranger})).remove(["B+1.jpg"])
        with pytest.raises(NotTaken):
            await SftpTarget(to.model_copy(update={"known_hosts": tmp_path / "none"})).remove(["B+1.jpg"])
        with pytest.raises(NotTaken):
            await SftpTarget(to.model_copy(update={"key_file": keys.host})).remove(["B+1.jpg"])
        assert (folder / "in" / "new" / "B+1.jpg").exists(), "to a host that is not known nothing is said"
    with pytest.raises(NotTaken, match="Install openssh-client"):
        await SftpTarget(to, program=lambda: None).remove(["B+1.jpg"])


@needs_sftp
@needs_sshd
async def test_sftp_to_a_real_sshd(tmp_path: Path) -> None:
    (folder := tmp_path / "served").mkdir()
    keys = Keys(tmp_path, port := free_port())
    user = pwd.getpwuid(os.geteuid()).pw_name
    with real_sshd(keys, port, folder):
        await story(SftpTarget(to_sftp(keys, port, "in", user)), tmp_path, folder / "in")
