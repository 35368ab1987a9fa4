import os
import subprocess
import sys
from pathlib import Path

from cli.home import Home
from cli.supervisor import status_file
from cli.supervisor.status_file import PartStatus

KAFKA = PartStatus("kafka", "up", "127.0.0.1:9092", 1, 0, "", "kafka.log")


def test_one_supervisor_at_a_time_and_none_after_it(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    held = status_file.claim(home)
    assert held is not None
    status_file.write(home, [KAFKA])
    ask = "from pathlib import Path; from cli.home import Home; from cli.supervisor import status_file as s;"
    ask += f"home = Home(Path({str(tmp_path)!r})); print(s.supervisor_pid(home), s.claim(home), len(s.read(home)))"
    other = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert other.stdout.split() == [str(os.getpid()), "None", "1"]
    held.close()
    assert status_file.supervisor_pid(home) is None


def test_a_pid_file_left_over_means_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    (home.run / "supervisor.pid").write_text("1")
    status_file.write(home, [KAFKA])
    assert status_file.supervisor_pid(home) is None
    assert status_file.read(home) == []
    claim = status_file.claim(home)
    assert claim is not None
    claim.close()
