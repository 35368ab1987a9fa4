"""Which part listens where: chosen free at the first start, then kept, so that links and clients stay right."""

import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cli.trouble import Trouble

# The first port tried for each part. PACKSHOT_<NAME>_PORT (KAFKA_CONTROLLER, S3, INGEST, …) sets one by hand.
DEFAULTS: dict[str, int] = {
    "http": 8480,
    "public": 8481,
    "hooks": 8482,
    "events": 8483,
    "kafka": 9092,
    "kafka_controller": 9093,
    "postgres": 5433,
    "s3": 8333,
    "sftp": 2022,
    "webdav": 7333,
    "filer": 8888,
    "filer_grpc": 18888,
    "master": 9333,
    "master_grpc": 19333,
    "volume": 8080,
    "volume_grpc": 18080,
    "s3_grpc": 18333,
    "ingest": 9501,
    "render": 9502,
    "tagger": 9503,
    "linker": 9504,
    "pim": 9505,
    "curator": 9506,
    "catalog": 9507,
    "collector": 9508,
    "delivery": 9509,
    "webhooks": 9510,
}


# SeaweedFS also listens on sockets of these fixed names. What another user's copy left there when it was killed, we may
# not remove: its parts would then never find each other on that port.
SOCKETS = Path("/tmp")  # noqa: S108
SOCKET_NAME = "seaweedfs-*-grpc-{port}.sock"


class PortTaken(Trouble):
    """Somebody else listens where one of our parts is to."""


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    if os.geteuid() != 0 and any(file.lstat().st_uid != os.geteuid() for file in left_sockets(port)):
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def left_sockets(port: int) -> list[Path]:
    """The socket files of that port, in use or left behind."""
    return list(SOCKETS.glob(SOCKET_NAME.format(port=port)))


def from_environment(environ: Mapping[str, str]) -> dict[str, int]:
    """The ports that PACKSHOT_<NAME>_PORT settings name. Raises Trouble for what is no port."""
    chosen: dict[str, int] = {}
    for name in DEFAULTS:
        setting = f"PACKSHOT_{name.upper()}_PORT"
        text = environ.get(setting, "")
        if not text:
            continue
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise Trouble(f"{setting} is {text!r}, which is no port.", "Set a number from 1 to 65535.")
        chosen[name] = int(text)
    return chosen


def choose(
    kept: Mapping[str, int], settings: Mapping[str, int], shift: int = 0, free: Callable[[int], bool] = is_free
) -> dict[str, int]:
    """Settings win, then what was kept, then the first free port from default + shift upwards."""
    ports = {**{name: kept[name] for name in DEFAULTS if name in kept}, **settings}
    taken = set(ports.values())
    for name, default in DEFAULTS.items():
        if name in ports:
            continue
        port = _first_free(default + shift, taken, free)
        ports[name] = port
        taken.add(port)
    return ports


def _first_free(start: int, taken: set[int], free: Callable[[int], bool]) -> int:
    for port in range(start, min(start + 2000, 65536)):
        if port not in taken and free(port):
            return port
    raise Trouble(f"No free port from {start} upwards.", "End some of the programs that listen on this machine.")


def load(file: Path, environ: Mapping[str, str], shift: int = 0) -> dict[str, int]:
    """The ports of this copy, by part; `file` remembers them. A setting holds only as long as it is set."""
    kept: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    settings = from_environment(environ)
    ports = choose(kept, settings, shift)
    remembered = {name: port for name, port in ports.items() if name in kept or name not in settings}
    remembered |= {name: kept[name] for name in kept if name in DEFAULTS}
    if remembered != kept:
        _remember(file, remembered)
    return ports


def elsewhere(ports: Mapping[str, int], environ: Mapping[str, str]) -> list[str]:
    """`http 8481 instead of 8480` for each that no setting names and that is not where it is looked for first."""
    others = {name: port for name, port in ports.items() if port != DEFAULTS[name]}
    chosen = from_environment(environ)
    return [f"{name} {port} instead of {DEFAULTS[name]}" for name, port in others.items() if name not in chosen]


def move_taken(
    file: Path, environ: Mapping[str, str], names: Iterable[str], free: Callable[[int], bool] = is_free
) -> dict[str, tuple[int, int]]:
    """Chooses new ports for those that another program took meanwhile (another copy, say): name to (old, new).

    What a setting names is left alone: `require_free` then tells.
    """
    kept: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    settings = from_environment(environ)
    taken = {name for name in names if name in kept and name not in settings and not free(kept[name])}
    if not taken:
        return {}
    stay = {name: port for name, port in kept.items() if name not in taken}
    ports = choose(stay, settings, free=free)
    moved = {name: (kept[name], ports[name]) for name in sorted(taken)}
    _remember(file, stay | {name: new for name, (_old, new) in moved.items()})
    return moved


def _remember(file: Path, ports: Mapping[str, int]) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(ports, indent=2))
    fresh.replace(file)


def require_free(ports: Mapping[str, int], names: Iterable[str], file: Path) -> None:
    """Raises PortTaken that names the first port that somebody else holds, and how to get on."""
    for name in names:
        if not is_free(ports[name]):
            raise PortTaken(
                f"Port {ports[name]} ({name}) is taken by another program, perhaps another copy of Packshot.",
                f"End that program, or set PACKSHOT_{name.upper()}_PORT to a free port"
                + ("." if name in from_environment(os.environ) else f", or delete {file} to have all chosen again."),
            )
