"""Whether newly learnt tags may take the place of those that are there. Pure."""

from services.tagger.taught.head import HeadCard
from services.tagger.taught.packed import Proof


def stays(before: HeadCard, card: HeadCard, proof_before: Proof | None, proof: Proof | None) -> bool:
    """Whether the one before stays: for the same tags it was better, by more than chance, on held-back pictures.

    Other words are another question, and somebody asked it; of models that are not here any more nobody can ask. Where
    both were asked of the same pictures these decide, each judged by what was learnt without it; else the two figures.
    """
    others = any(card.needs.get(name, version) != version for name, version in before.needs.items())
    if others or set(before.tags) != set(card.tags):
        return False
    known, asked = _answers(proof_before), _answers(proof)
    if common := known.keys() & asked.keys():
        lost = sum(known[one] and not asked[one] for one in common)
        won = sum(asked[one] and not known[one] for one in common)
        return bool(lost - won > (lost + won) ** 0.5)
    chance = float(before.top1 * (1 - before.top1) / max(card.examples, 1)) ** 0.5
    return bool(card.top1 < before.top1 - chance)


def _answers(proof: Proof | None) -> dict[tuple[str, str], bool]:
    """Picture and tag → whether it was known."""
    if proof is None:
        return {}
    rows = zip(proof.pictures, proof.tags, proof.right, proof.left_out, strict=True)
    return {(picture, tag): bool(right) for picture, tag, right, left_out in rows if not left_out}
