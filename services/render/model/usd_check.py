"""What Pixar's own validators say about a USDZ that we made."""

from pathlib import Path

from pxr import Usd, UsdValidation


def faults(path: Path) -> list[str]:
    """The errors of all validators, each as one line; empty when the package holds."""
    stage = Usd.Stage.Open(str(path))
    registry = UsdValidation.ValidationRegistry()
    context = UsdValidation.ValidationContext(registry.GetOrLoadAllValidators())
    found = context.Validate(stage)
    wrong = UsdValidation.ValidationErrorType.Error
    return [f"{error.GetName()}: {error.GetMessage()}" for error in found if error.GetType() == wrong]
