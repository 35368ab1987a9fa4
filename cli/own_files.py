"""Presets and rungs of the operator's own files, where the environment names them as for the services."""

import os
from pathlib import Path

from cli.trouble import Trouble
from services.render.presets import Presets, PresetsError, load_presets
from services.render.video.rungs import AnyRung, RungsError, load_rungs

PRESETS, RUNGS = "PACKSHOT_PRESETS", "PACKSHOT_RUNGS"


def own_presets() -> Presets | None:
    """Those of PACKSHOT_PRESETS; None where it names no file. Raises Trouble where that does not hold."""
    try:
        return load_presets(Path(file)) if (file := os.environ.get(PRESETS)) else None
    except PresetsError as error:
        raise Trouble(str(error), f"Mend the file that {PRESETS} names.") from error


def rungs_in_use() -> tuple[AnyRung, ...]:
    """What films are made by: PACKSHOT_RUNGS' or the built-in ones. Raises Trouble where they do not hold."""
    try:
        return load_rungs(Path(file)) if (file := os.environ.get(RUNGS)) else load_rungs()
    except RungsError as error:
        raise Trouble(str(error), f"Mend the file that {RUNGS} names.") from error
