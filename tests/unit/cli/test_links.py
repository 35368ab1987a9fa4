"""Where something stands before a server, clients are told that; the server itself listens where it did."""

from pathlib import Path

from cli.home import Home
from cli.servers import links
from cli.servers.stack import Stack


def test_nothing_stands_between_by_default(tmp_path: Path) -> None:
    stack = Stack(tmp_path, shift=20_000)
    env, ports = stack.env(), stack.ports
    assert env["PACKSHOT_S3_ENDPOINT"] == f"127.0.0.1:{ports['s3']}"
    assert f"advertised.listeners=PLAINTEXT://127.0.0.1:{ports['kafka']}\n" in stack.kafka.properties(tmp_path)


def test_clients_are_told_what_stands_between(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    own = Stack(tmp_path, shift=20_000).ports
    links.keep(home, {"kafka": 1111, "s3": 2222, "postgres": 3333})
    stack = Stack(tmp_path, shift=20_000)
    env = stack.env()
    assert (env["PACKSHOT_KAFKA"], env["PACKSHOT_S3_ENDPOINT"]) == ("127.0.0.1:1111", "127.0.0.1:2222")
    assert "@127.0.0.1:3333/" in env["PACKSHOT_DATABASE_URL"]
    properties = stack.kafka.properties(tmp_path)
    assert "advertised.listeners=PLAINTEXT://127.0.0.1:1111\n" in properties
    assert f"listeners=PLAINTEXT://127.0.0.1:{own['kafka']}," in properties
    assert (stack.ports, stack.s3.address) == (own, f"127.0.0.1:{own['s3']}")
