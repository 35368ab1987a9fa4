"""What of teaching runs beside the tagger's worker."""

from collections.abc import Awaitable, Callable

from runtime.process import Process
from runtime.rounds import Rounds
from services.tagger.config import TaggerSettings
from services.tagger.taught.caged import caged
from services.tagger.taught.heads import Versions
from services.tagger.taught.lessons import Lessons
from services.tagger.taught.levelling import Levelling
from services.tagger.taught.teacher import Teacher


def parts(
    process: Process, settings: TaggerSettings, versions: Versions, ours: Callable[[], bool]
) -> list[Awaitable[None]]:
    """ours: whether this process is the one of all that teaches."""
    levelling = Levelling(process.library, versions, settings.models_folder)
    process.on_stop(levelling.stop)
    process.health.details["taught"] = levelling.told
    if not settings.teach_s:
        return [levelling.run()]
    teacher = Teacher(process.library, caged(process.spool, process.settings.later_nice), versions.models)
    lessons = Lessons(process.library, teacher, levelling, versions, process.publisher)
    rounds = Rounds(lessons.round, process.library, "teaching", settings.teach_s, ours=ours)
    process.on_stop(rounds.stop)
    return [levelling.run(), rounds.run()]
