"""The shoot walk on the real servers: drop, the report in the folder, the digest, reject, re-shoot, approve."""

import csv
import io

import pytest

from schemas.folders import FOLDERS
from schemas.names import REPORT
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.test_relink import decide
from tests.fakes.mailbox import Mailbox, mailbox

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(300)]


async def report(pipeline: Pipeline, folder: str) -> dict[str, list[str]]:
    """File → what the list in the folder says of it."""
    stored = await pipeline.inbox.get(f"{folder}/{REPORT}")
    rows = csv.reader(io.StringIO(stored.body.decode("utf-8-sig") if stored else ""))
    return {row[0]: row[1:] for row in rows if row[0] != "file"}


async def test_drop_report_digest_reject_shoot_again(pipeline: Pipeline, prefix: str) -> None:
    good, cut = f"{prefix}/a.jpg", f"{prefix}/cut.jpg"
    await pipeline.library.put(FOLDERS, f"folders:\n  {prefix}: {{approval: review, owner: a@b.c}}\n".encode())
    async with mailbox() as box, pipeline.watch() as watch:
        await pipeline.run(*ALL)
        mail = box.settings
        await pipeline.again(pipeline.member("catalog"), shoot_quiet_s=1)
        smtp = {"smtp_host": mail.smtp_host, "smtp_port": mail.smtp_port, "smtp_security": "none"}
        await pipeline.again(pipeline.member("webhooks"), **smtp)

        def mails(count: int) -> list[str]:
            return [] if len(of(box, prefix)) >= count else [f"{count} digests: {of(box, prefix)}"]

        await pipeline.drop([(good, picture(41)), (cut, picture(42)[:3000])])
        await watch.until(lambda: mails(1))
        first = await report(pipeline, prefix)
        assert (first["a.jpg"][0], first["cut.jpg"][0]) == ("waiting", "refused") and first["cut.jpg"][4]
        asset = watch.assets(prefix)[good]
        await decide(pipeline, asset, "approval:1", {"reason": "The label is crooked."})
        await watch.until(lambda: mails(2))
        assert "crooked" in " ".join((await report(pipeline, prefix))["a.jpg"])
        await pipeline.drop([(good, picture(43))])
        await watch.until(lambda: [] if watch.head(asset).get("approves") == 2 else ["the re-shoot"])
        await decide(pipeline, asset, "approval:2", "approved")
        await watch.until(lambda: [] if of(box, prefix)[-1] == "1 ready, 1 refused" else ["the last digest"])
        assert (await report(pipeline, prefix))["a.jpg"][0] == "ready"
        assert watch.assets(prefix).keys() == {good, cut}  # the report itself was never taken
        told = [mail.get_content() for mail in box.mails if mail["Subject"].startswith(prefix)]
        assert len(set(told)) == len(told), told  # none came twice
    await pipeline.library.delete(FOLDERS)


def of(box: Mailbox, folder: str) -> list[str]:
    """What the digests of a folder said, in order."""
    said = [mail["Subject"].partition(": ") for mail in box.mails]
    return [sums for name, _, sums in said if name == folder]
