import json
import socket
from pathlib import Path

import pytest

from cli import ports
from cli.trouble import Trouble


def everything_free(_port: int) -> bool:
    return True


def test_defaults_when_all_is_free() -> None:
    assert ports.choose({}, {}, free=everything_free) == ports.DEFAULTS


def test_no_two_parts_share_a_port() -> None:
    chosen = ports.choose({}, {}, free=lambda port: port % 100 == 0)
    assert len(set(chosen.values())) == len(ports.DEFAULTS)


def test_what_was_kept_stays_and_a_setting_wins() -> None:
    chosen = ports.choose({"s3": 9999, "kafka": 9998}, {"kafka": 7000}, free=everything_free)
    assert (chosen["s3"], chosen["kafka"]) == (9999, 7000)


def test_a_taken_default_is_passed_over() -> None:
    assert ports.choose({}, {}, free=lambda port: port != 8333)["s3"] == 8334


def test_a_setting_that_is_no_port_is_named() -> None:
    with pytest.raises(Trouble, match="PACKSHOT_S3_PORT is 'x'"):
        ports.from_environment({"PACKSHOT_S3_PORT": "x"})


def test_a_setting_is_not_remembered(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports.load(file, {})
    assert ports.load(file, {"PACKSHOT_HTTP_PORT": "7001"})["http"] == 7001
    assert ports.load(file, {}) == first == json.loads(file.read_text())


def test_a_taken_port_is_named_with_its_cure(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} \(s3\) is taken.*PACKSHOT_S3_PORT"):
            ports.require_free({"s3": port}, ["s3"], tmp_path / "ports.json")
    ports.require_free({"s3": port}, ["s3"], tmp_path / "ports.json")


def test_a_port_that_another_copy_took_is_chosen_anew_and_a_setting_is_not(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    before = ports.load(file, {})
    taken = {before["s3"], before["kafka"]}
    setting = {"PACKSHOT_KAFKA_PORT": str(before["kafka"])}
    moved = ports.move_taken(file, setting, before, lambda port: port not in taken)
    assert list(moved) == ["s3"]
    after = ports.load(file, {})
    assert after["s3"] == moved["s3"][1] not in taken
    assert {name: port for name, port in after.items() if name != "s3"} == {
        name: port for name, port in before.items() if name != "s3"
    }


def test_a_socket_that_another_user_left_makes_its_port_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(ports, "SOCKETS", tmp_path)
    left = tmp_path / f"seaweedfs-master-grpc-{port}.sock"
    left.touch()
    owner = left.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    assert not ports.is_free(port)
    monkeypatch.setattr("os.geteuid", lambda: owner)
    assert ports.is_free(port)


def test_what_is_not_where_one_looks_first_is_named() -> None:
    table = ports.DEFAULTS | {"http": 8481, "s3": 8400}
    assert ports.elsewhere(table, {"PACKSHOT_S3_PORT": "8400"}) == ["http 8481 instead of 8480"]
    assert ports.elsewhere(ports.DEFAULTS, {}) == []
