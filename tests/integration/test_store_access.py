"""A store that speaks TLS under an authority of ours, and people who may put into one folder and do nothing else."""

import asyncio
import io
import os
import signal
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import urllib3
from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import SUSPENDED, VersioningConfig

from cli.servers import photographers
from cli.servers.identities import Keys
from cli.servers.seaweed import Seaweed
from cli.servers.seaweed_settings import write_identities
from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from deploy.docker import buckets
from runtime.config import Settings
from runtime.minio_store import client_of
from runtime.objects import Exists, Stored
from runtime.outage import Unavailable
from runtime.s3_store import Store
from services.catalog.config import CatalogSettings
from services.catalog.presign import presigner
from tests.e2e.member import free_port
from tests.fakes.authority import certify

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
KEYS = Keys(("PKOURS", "ours"), ("PKDELIVERY", "delivery"), ("PKSERVICES", "services"))


class Guarded(Seaweed):
    """Our store with one more door: TLS. Nobody is told what is written."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.guarded = folder, folder / "data", free_port()
        ports = Stack.spare(folder / "home").ports
        super().__init__(self.data, folder / "s3.log", ports, KEYS, "nobody:1", "none")

    def arguments(self) -> list[str]:
        (self.data / "notification.toml").unlink()
        certificate = [f"-s3.cert.file={self.folder}/store.crt", f"-s3.key.file={self.folder}/store.key"]
        return [*super().arguments(), f"-s3.port.https={self.guarded}", *certificate]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    """It runs, without buckets. Its sockets want a short path."""
    with tempfile.TemporaryDirectory(prefix="packshot-tls-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        certify(folder, "store")
        store = Guarded(folder)
        store.start()
        try:
            wait_ready(store)
            yield store
        finally:
            store.kill()


def settings_of(store: Guarded, **more: object) -> Settings:
    named = {"s3_endpoint": f"127.0.0.1:{store.guarded}", "s3_secure": True, "s3_ca": store.folder / "ca.pem"}
    return Settings.model_validate({**named, "s3_access_key": KEYS.ours[0], "s3_secret_key": KEYS.ours[1], **more})


async def test_all_our_clients_get_in(guarded: Guarded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = settings_of(guarded)
    for name in ("s3_endpoint", "s3_secure", "s3_ca", "s3_access_key", "s3_secret_key"):
        monkeypatch.setenv(f"PACKSHOT_{name.upper()}", str(getattr(settings, name)))
    assert await asyncio.to_thread(buckets.main) == 0
    store = Store(settings)
    try:
        for name in (settings.inbox_bucket, settings.library_bucket):  # a client of its own reads the library
            bucket = store.bucket(name)
            await bucket.put("folder/a", b"bytes", new=True)
            found = await bucket.get("folder/a")
            assert found and found.body == b"bytes"
            assert await bucket.fetch("folder/a", tmp_path / "a") == 5
            assert [info.key for info in await bucket.listing("folder/")] == ["folder/a"]
    finally:
        store.close()
    catalog = CatalogSettings.model_validate(settings.model_dump())
    url = await presigner(catalog)("folder/b")
    assert url.startswith("https://")
    trusting = ssl.create_default_context(cafile=guarded.folder / "ca.pem")
    async with httpx.AsyncClient(verify=trusting) as browser:
        assert (await browser.put(url, content=b"more")).status_code == 200


@pytest.mark.parametrize("bucket", ["inbox", "library"])
@pytest.mark.parametrize("wrong", [{"s3_ca": None}, {"s3_secure": False, "s3_ca": None}])
async def test_who_is_not_sure_whom_it_speaks_to_says_nothing(
    guarded: Guarded, bucket: str, wrong: dict[str, object]
) -> None:
    store = Store(settings_of(guarded, **wrong))
    try:
        with pytest.raises(Unavailable if wrong.get("s3_secure", True) else Exception):  # plain HTTP is answered 400
            await store.bucket(bucket).put("folder/c", b"bytes")
    finally:
        store.close()
    assert not list(client_of(settings_of(guarded)).list_objects(bucket, "folder/c"))


def may(
    guarded: Guarded, *people: photographers.Photographer, ended: tuple[photographers.Photographer, ...] = ()
) -> None:
    """What `packshot photographers` does."""
    photographers.save(guarded.data, list(people))
    write_identities(guarded.data, KEYS, ended)
    assert guarded.pid
    os.kill(guarded.pid, signal.SIGHUP)


def refused(call: object, *arguments: object, **named: object) -> str:
    """The store's word for it."""
    assert callable(call)
    with pytest.raises(S3Error) as told:
        call(*arguments, **named)
    return str(told.value.code)


async def test_a_photographer_puts_into_one_folder_and_does_nothing_else(guarded: Guarded) -> None:
    ours = client_of(settings_of(guarded))
    buckets.make(ours, ("inbox", "library"))
    anna = photographers.fresh("anna", "autumn/anna")
    may(guarded, anna, photographers.fresh("bert", "autumn/bert"))
    hers = client_of(settings_of(guarded, s3_access_key=anna.access_key, s3_secret_key=anna.secret_key))
    await until_taken(hers)
    put = hers.put_object
    put("inbox", "autumn/anna/big.tif", io.BytesIO(b"a" * 6 * 2**20), -1, part_size=5 * 2**20)
    for key in ("autumn/bert/a.jpg", "autumn/anna2/a.jpg", "autumn/a.jpg", "a.jpg"):
        assert refused(put, "inbox", key, io.BytesIO(b"x"), 1) == "AccessDenied", key
    assert outside(hers, guarded, "/inbox/autumn/anna/../bert/a.jpg") in (400, 403)
    assert refused(put, "library", "autumn/anna/a.jpg", io.BytesIO(b"x"), 1) == "AccessDenied"
    own = "autumn/anna/a.jpg"
    assert refused(hers.get_object, "inbox", own) == refused(hers.stat_object, "inbox", own) == "AccessDenied"
    assert refused(lambda: list(hers.list_objects("inbox", "autumn/anna/"))) == "AccessDenied"
    [version] = [one.version_id for one in ours.list_objects("inbox", own, include_version=True)]
    assert refused(hers.remove_object, "inbox", own) == "AccessDenied"
    assert refused(hers.remove_object, "inbox", own, version_id=version) == "AccessDenied"
    put("inbox", own, io.BytesIO(b"newer"), 5)
    assert len(list(ours.list_objects("inbox", own, include_version=True))) == 2
    assert not list(ours.list_objects("inbox", "autumn/bert/"))
    may(guarded, ended=(anna,))
    await until_taken(hers, taken=False)


async def until_taken(client: Minio, taken: bool = True) -> None:
    """The store has read again who may what."""
    for _ in range(100):
        try:
            client.put_object("inbox", "autumn/anna/a.jpg" if taken else "autumn/anna/late.jpg", io.BytesIO(b"x"), 1)
            found = True
        except S3Error as error:
            assert error.code in ("InvalidAccessKeyId", "SignatureDoesNotMatch")
            found = False
        if found is taken:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("it did not")


def outside(client: Minio, guarded: Guarded, path: str) -> int:
    """Status of a signed PUT to a path that no client of ours would write down so."""
    url = client.get_presigned_url("PUT", "inbox", "autumn/anna/a.jpg").partition("?")[2]
    pool = urllib3.PoolManager(ca_certs=str(guarded.folder / "ca.pem"))
    connection = pool.connection_from_url(f"https://127.0.0.1:{guarded.guarded}")
    return int(connection.urlopen("PUT", f"{path}?{url}", body=b"x", redirect=False).status)


async def test_delivery_reads_and_makes_and_deletes_nothing(guarded: Guarded) -> None:
    """Its clients as it uses them: both, over TLS."""
    ours = client_of(settings_of(guarded))
    buckets.make(ours, ("inbox", "library"))
    public, size = f"renditions/{'a' * 64}/web.jpg", f"sizes/{'a' * 64}/0123456789abcdef.webp"
    for key in (public, "originals/abc", "decisions/secret.json"):
        ours.put_object("library", key, io.BytesIO(b"bytes"), 5)
    ours.put_object("inbox", "a.jpg", io.BytesIO(b"bytes"), 5)
    settings = settings_of(guarded, s3_access_key=KEYS.delivery[0], s3_secret_key=KEYS.delivery[1])
    store, theirs = Store(settings), client_of(settings)
    library = store.bucket("library")
    try:
        assert await library.read(public, range(2, 4)) == b"te"
        assert (await library.get("originals/abc") or Stored(b"", "")).body == b"bytes"
        assert await library.head("renditions/nothing") is None
        await library.put(size, b"made", new=True)
        with pytest.raises(Exists):
            await library.put(size, b"made", new=True)
        assert await library.renew(size)  # what stood there for days is taken over
        assert await library.read(size, range(2)) == b"ma"
        await library.put("sent/2026-11/one.jsonl.gz", b"counted")
        for key in ("decisions/secret.json", "sent/2026-11/one.jsonl.gz"):
            with pytest.raises(Unavailable, match="check its name and keys"):
                await library.get(key)
        for key in ("originals/abc", public, f"renditions/{'a' * 64}/new.jpg", "decisions/new.json"):
            with pytest.raises(Unavailable, match="check its name and keys"):
                await library.put(key, b"other")
    finally:
        store.close()
    [version] = [one.version_id for one in ours.list_objects("library", public, include_version=True)]
    assert refused(theirs.remove_object, "library", public) == "AccessDenied"
    assert refused(theirs.remove_object, "library", public, version_id=version) == "AccessDenied"
    assert refused(theirs.get_object, "inbox", "a.jpg") == "AccessDenied"
    assert refused(theirs.put_object, "inbox", "b.jpg", io.BytesIO(b"x"), 1) == "AccessDenied"
    assert refused(theirs.remove_bucket, "library") == "AccessDenied"


async def test_services_do_all_with_objects_and_nothing_with_buckets(guarded: Guarded) -> None:
    """What else they do is done as this identity by every test with real servers."""
    ours = client_of(settings_of(guarded))
    buckets.make(ours, ("inbox", "library"))
    if not ours.bucket_exists("others"):
        ours.make_bucket("others")
    settings = settings_of(guarded, s3_access_key=KEYS.services[0], s3_secret_key=KEYS.services[1])
    store, theirs = Store(settings), client_of(settings)
    try:
        for name in ("inbox", "library"):
            bucket = store.bucket(name)
            for body in (b"one", b"two"):
                await bucket.put("theirs/a", body)
            assert [info.key for info in await bucket.listing("theirs/")] == ["theirs/a"]
            versions = [one.version_id for one in ours.list_objects(name, "theirs/a", include_version=True)]
            assert len(versions) == 2
            await bucket.remove("theirs/a", versions[0] or "")
            await bucket.delete("theirs/a")
    finally:
        store.close()
    theirs.put_object("inbox", "theirs/big", io.BytesIO(b"a" * 6 * 2**20), -1, part_size=5 * 2**20)
    assert refused(theirs.make_bucket, "more") == refused(theirs.remove_bucket, "inbox") == "AccessDenied"
    off = VersioningConfig(SUSPENDED)
    assert refused(theirs.set_bucket_versioning, "inbox", off) == "AccessDenied"
    assert refused(theirs.set_bucket_policy, "inbox", "{}") == "AccessDenied"
    assert refused(theirs.put_object, "others", "a", io.BytesIO(b"x"), 1) == "AccessDenied"
    assert refused(lambda: list(theirs.list_objects("others"))) == "AccessDenied"
    assert ours.get_bucket_versioning("inbox").status == ENABLED
