"""All faults, in an order in which each finds the copy as it wants it."""

from tests.drill import files, parts
from tests.drill.fault import Fault

LOST = "Is anything lost?"
FAULTS = (
    Fault(
        "a folder of files vanishes",
        files.folder_gone,
        ("MassRemoval",),
        panel="Held back or unreadable",
        page=LOST,
        quick=True,
    ),
    Fault(
        "the tagger stands still", parts.hung, ("Down",), panel="Parts that do not answer", page="tagger", quick=True
    ),
    Fault("Prometheus finds no collector", parts.not_there, ("Absent",), panel="Parts that are not there"),
    Fault(
        "the store loses what it has to tell",
        files.hints_lost,
        ("HintsMissing",),
        panel="Files nobody told of, last hour",
        quick=True,
    ),
    Fault(
        "an endpoint takes nothing",
        files.endpoint_away,
        ("WebhookBehind",),
        panel="PIMs and webhooks that do not answer",
        quick=True,
    ),
    Fault(
        "a PIM does not answer",
        files.pim_away,
        ("PimSilent",),
        panel="PIMs and webhooks that do not answer",
        quick=True,
    ),
    Fault(
        "a record of a name is damaged",
        files.record_damaged,
        ("Unreadable",),
        panel="Held back or unreadable",
        page=LOST,
        quick=True,
    ),
    Fault(
        "an original is deleted in the store",
        files.original_gone,
        ("Lost",),
        panel="Originals lost",
        page=LOST,
        quick=True,
    ),
    Fault(
        "a release fails on every message", files.bad_release, ("DeadLetters", "Failures"), also=("Restarts", "Down")
    ),
    Fault(
        "the store hangs with files in work",
        parts.store_hung,
        ("ServerAway", "Stuck"),
        also=("Behind", "Late", "Restarts", "Down"),
    ),
    Fault("the store is cut off", parts.store_cut_off, ("ServerAway",), panel="Servers that are waited for"),
    Fault("Kafka is cut off", parts.kafka_cut_off, ("ServerAway",), also=("PimSilent", "Stuck", "Restarts", "Down")),
    Fault(
        "PostgreSQL is cut off while files come",
        parts.database_cut_off,
        ("Behind", "ServerAway"),
        also=("Stuck", "Restarts", "Down", "Late"),
    ),
    Fault(
        "pictures take over a minute",
        files.pictures_late,
        ("Late",),
        also=("Stuck", "Down"),
        panel="New pictures late, last hour",
    ),
    Fault("a batch of small files asks for much memory", files.children_die, ("ChildrenDie",)),
    Fault("the scratch disk is full", parts.disk_full, ("DiskFills",), also=("ServerAway",), panel="Room left"),
    Fault("a certificate ends in five days", parts.certificate_ending, ("CertificateEnds",)),
    Fault("a part ends again and again", parts.ended_often, ("Restarts",)),
    Fault("a loop stands still", parts.standing_still, ("Unwell",), panel="Parts that are not well"),
    Fault("a message hangs", parts.hanging, ("Hangs",), also=("Stuck",), panel="Messages that hang"),
    Fault(
        "a message that cannot be decoded",
        files.undecodable,
        ("DeadLetters", "DeadLettersWait"),
        panel="Buried messages that wait",
        page=LOST,
        quick=True,
    ),
    Fault("a place outside takes no files", files.place_away, ("DropFailing",)),
    Fault("the cage's floor is missing", parts.caged_by_nothing, ("CageMissing",), also=("Down", "Restarts", "Stuck")),
)
"""`also`: what follows from the fault, and may fire before it is mended."""
