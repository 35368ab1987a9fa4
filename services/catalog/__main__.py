"""`python -m services.catalog`: the projection, the API and the page in one process."""

from runtime import certificates, logs, process
from runtime.config import load
from services.catalog.config import CatalogSettings
from services.catalog.process import run


def main() -> None:
    """Wire and run until a signal."""
    settings = load(CatalogSettings)
    logs.configure(settings.log_level)
    certificates.note(settings)
    process.run(lambda: run(settings))


if __name__ == "__main__":
    main()
