"""The docs speak of what is there: every setting, metric, command and topic, and no file or test that is not."""

import re
from pathlib import Path

import pytest

from cli.app import COMMANDS
from cli.servers.stack import Stack
from deploy import docs, docs_metrics, docs_settings
from runtime.config import Settings
from schemas.topics import TOPICS

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
NAMED_FILE = re.compile(
    r"`((?:schemas|runtime|services|cli|deploy|bench|tests|docs|requirements)/[\w./-]+\.\w+(?:::\w+)?)`"
)
TEST_ONLY = {"PACKSHOT_FLAWS", "PACKSHOT_KILL_AT", "PACKSHOT_STOP_AT"}


def page(name: str) -> str:
    return (CHECKOUT / "docs" / name).read_text()


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    file = CHECKOUT / "docs" / name
    assert file.read_text() == docs.generated()[file], "run `python -m deploy.docs`"


def test_a_page_without_marks_is_named_as_such() -> None:
    with pytest.raises(ValueError, match="marks"):
        docs.renewed("# Only words\n", "table")


def test_every_service_has_its_settings_class() -> None:
    there = {file.parent.name for file in CHECKOUT.glob("services/*/__main__.py")}
    assert docs_settings.classes().keys() == there
    assert all(issubclass(kind, Settings) for kind in docs_settings.classes().values())


def test_every_setting_that_the_code_names_is_on_the_page() -> None:
    files = [CHECKOUT / "packshot", *CHECKOUT.glob("runtime/**/*.py")]
    files += [*CHECKOUT.glob("services/**/*.py"), *CHECKOUT.glob("cli/**/*.py")]
    named = {word for file in files for word in re.findall(r"\bPACKSHOT_[A-Z0-9_]*[A-Z0-9]\b", file.read_text())}
    assert {word for word in named - TEST_ONLY if f"`{word}`" not in page("settings.md")} == set()


def test_what_up_sets_itself_is_said(tmp_path: Path) -> None:
    said = page("settings.md").partition("which it sets itself:")[2].partition(".")[0]
    ours = {f"`{name}`" for name in Stack.spare(tmp_path).env()} - {"`PACKSHOT_HOME`"}
    assert ours <= set(re.findall(r"`PACKSHOT_\w+`", said))


def test_every_metric_that_is_served_is_on_the_page() -> None:
    served = {docs_metrics.exposed(metric) for metric in docs_metrics.known().values()}
    assert served
    assert {name for name in served if f"`{name}`" not in page("metrics.md")} == set()


def test_every_metric_is_counted_by_somebody() -> None:
    assert [name for name, who in docs_metrics.counted_by().items() if not who] == []


def test_every_command_is_on_the_page() -> None:
    assert [name for name in COMMANDS if f"## packshot {name}\n" not in page("cli.md")] == []


def test_every_topic_is_on_its_page() -> None:
    assert [topic.name for topic in TOPICS if f"`{topic.name}`" not in page("topics.md")] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_links_lead_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", file.read_text())
    local = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert [link for link in local if not (file.parent / link).exists()] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_files_and_tests_that_are_named_exist(file: Path) -> None:
    words = NAMED_FILE.findall(file.read_text())
    missing = []
    for word in words:
        path, _, test = word.partition("::")
        there = CHECKOUT / path
        if not there.exists() or (test and f"def {test}(" not in there.read_text()):
            missing.append(word)
    assert missing == []


def test_commands_that_the_docs_show_are_commands() -> None:
    shown = {
        (file.name, word)
        for file in PAGES
        for word in re.findall(r"^(?:\$ )?(?:PACKSHOT_\w+=\S+ )*(?:\./)?packshot ([a-z]+)\b", file.read_text(), re.M)
    }
    shown |= {(f.name, word) for f in PAGES for word in re.findall(r"`(?:\./)?packshot ([a-z]+)[^`]*`", f.read_text())}
    assert shown
    assert {(name, word) for name, word in shown if word not in {*COMMANDS, "help"}} == set()
