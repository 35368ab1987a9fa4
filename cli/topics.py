"""make the broker's topics as schemas/topics.py says

`apply` makes missing topics and sets changed settings; `up` does the same. It never deletes. Where a number of
partitions differs it says so: keys would land elsewhere, so such a topic is copied by `migrate`.

`restore` is for a Kafka that has lost everything (its folder or its disk): it fills the compacted topics from the
archive in the store. What was only in Kafka is gone: jobs on their way, which the next sweep finds again, and decisions
of the last moments. Webhooks and PIMs are told nothing twice.

examples:
  packshot topics apply
  PACKSHOT_KAFKA=broker-1:9092 packshot topics apply --replication 3      on a cluster of yours
  packshot down && packshot topics migrate asset.metadata
  packshot down && packshot topics restore
"""

import argparse
import os
from collections.abc import Mapping
from typing import Any

from cli import home as homes
from cli import topic_admin, topic_migrate, topic_restore
from cli.apart import apart
from cli.connect import settings_of
from cli.elsewhere import GUIDE, elsewhere
from cli.say import say
from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from cli.supervisor import status_file
from cli.trouble import Trouble
from runtime.config import Settings, load
from runtime.kafka_access import client
from runtime.s3_store import Store

NAME = "topics"


def add(parser: argparse.ArgumentParser) -> None:
    """apply | migrate TOPIC | restore."""
    actions = parser.add_subparsers(dest="action", required=True)
    apply = actions.add_parser("apply", help="make missing topics, set changed settings")
    apply.add_argument(
        "--replication", type=int, default=1, metavar="N", help="copies of each new topic: 3 on a cluster (default: 1)"
    )
    migrate = actions.add_parser("migrate", help="copy a topic into one with the table's number of partitions")
    migrate.add_argument("topic", help="its name")
    migrate.add_argument(
        "--replication", type=int, default=1, metavar="N", help="copies of the topic: 3 on a cluster (default: 1)"
    )
    actions.add_parser("restore", help="fill the topics of an empty Kafka from the archive")


def run(args: argparse.Namespace) -> int:
    """0 when the broker is as the table says."""
    home = homes.current()
    if args.action == "migrate":
        _migrate(home, args.topic, args.replication)
        return 0
    if args.action == "restore":
        restore(home)
        return 0
    running = [part for part in status_file.read(home) if part.name == "kafka" and part.state == "up"]
    outside = os.environ.get("PACKSHOT_KAFKA", "")
    if not running and not outside:
        raise Trouble("Kafka does not run.", "`packshot up` first, or set PACKSHOT_KAFKA to a broker of yours.")
    access = client(load(Settings)) if outside else {"bootstrap_servers": running[0].address}
    return _apply(access, args.replication)


def _apply(access: Mapping[str, Any], replication: int) -> int:
    outcome = apart(topic_admin.apply(access, replication))
    say(f"topics made: {', '.join(outcome.made) or 'none'}; settings changed: {', '.join(outcome.changed) or 'none'}")
    for name in outcome.grow:
        say(f"{name}: other partitions than in the table. Cure: packshot down; packshot topics migrate {name}")
    return 1 if outcome.grow else 0


def restore(home: homes.Home) -> None:
    """Fill an empty Kafka from the archive. Raises Trouble where everything runs, or Kafka holds something."""
    if status_file.supervisor_pid(home):
        raise Trouble("The services run, and would read what is not all there yet.", "`packshot down` first.")
    if elsewhere(home):
        require_still(home)
        _restore(home)
        return
    stack = Stack(home.root)
    stack.start(postgres=False)
    try:
        _restore(home)
    finally:
        stack.stop()


def _restore(home: homes.Home) -> None:
    store = Store(settings_of(home))
    try:
        say("publishing what the archive holds …")
        count = apart(_published(settings_of(home), store))
        say(f"{count} records are on their topics again. Start the services: they go on with them.")
    finally:
        store.close()


def require_still(home: homes.Home) -> None:
    """Raises Trouble where somebody is in a group of the broker that settings name: the services run."""
    if there := apart(topic_admin.groups_at_work(client(settings_of(home)))):
        raise Trouble(
            f"The services run ({', '.join(there)}), and would read and write meanwhile.",
            f"Stop them first: {GUIDE}.",
        )


async def _published(settings: Settings, store: Store) -> int:
    await topic_restore.require_empty(settings)
    return await topic_restore.restore(settings, store.bucket(settings.library_bucket))


def _migrate(home: homes.Home, topic: str, replication: int) -> None:
    if elsewhere(home):
        require_still(home)
        _moved(client(settings_of(home)), topic, replication)
        return
    if status_file.supervisor_pid(home):
        raise Trouble("The services run, and would write while the topic is copied.", "`packshot down` first.")
    stack = Stack(home.root)
    stack.kafka.start()
    try:
        wait_ready(stack.kafka)
        _moved({"bootstrap_servers": stack.kafka.address}, topic, replication)
    finally:
        stack.kafka.stop()


def _moved(access: Mapping[str, Any], topic: str, replication: int) -> None:
    copied = apart(topic_migrate.migrate(access, topic, replication))
    say(f"{topic}: {copied} records copied. Consumers read it from its start.")
