"""Wires curator: one Faust agent over facets and decisions, which are co-partitioned by entity."""

from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.process import Process, run
from schemas.decision import Decision
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA, DECISIONS
from services.curator.config import CuratorSettings
from services.curator.handler import Curator


async def main() -> None:
    """Run until told to stop."""
    settings = load(CuratorSettings)
    async with Process("curator", settings) as process:
        curator = Curator(process.library)
        stream = process.stream(
            "curator",
            {
                ASSET_METADATA: Step(decoder(Facet), curator.facet),
                DECISIONS: Step(decoder(Decision), curator.decide),
            },
        )
        stream.on_revoked = curator.forget
        await process.run(stream.run())


if __name__ == "__main__":
    run(main)
