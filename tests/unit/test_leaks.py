"""The search for secrets that the tests of the whole pipeline end with finds them, and names nothing else."""

from pathlib import Path

from cli import secrets
from tests.e2e import leaks


def test_a_secret_in_a_log_is_found(tmp_path: Path) -> None:
    ours = secrets.fresh()
    wanted = leaks.secret(ours)
    assert "kafka_cluster" not in wanted and not any(name.endswith("access_key") for name in wanted)
    assert {"admin_key", "database_password", "services_s3_secret_key", "sign_key", "sftp_password"} <= wanted.keys()
    (tmp_path / "render-0.log").write_text(f"key {ours.s3_access_key} of {ours.kafka_cluster}\n")
    assert leaks.logged(tmp_path, wanted) == []
    url = f"postgresql://services:{ours.services_password}@127.0.0.1/packshot"
    (tmp_path / "catalog-0.log.1").write_text(f'{{"exception": "cannot reach {url}"}}\n')
    assert leaks.logged(tmp_path, wanted) == ["services_password in catalog-0.log.1"]
