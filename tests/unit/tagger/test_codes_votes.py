"""Several ways to look must agree before bars count."""

from services.tagger.codes_meaning import Meaning
from services.tagger.codes_votes import AS_IT_IS, SHARPENED, Ballot

HERE, THERE = (0.1, 0.1, 0.4, 0.3), (0.6, 0.6, 0.9, 0.8)
TRUE = Meaning("ean-13", "9780804816632", "9780804816632")
FALSE = Meaning("ean-13", "0798884816632", "0798884816632")
SMALL = Meaning("ean-8", "61071421", "61071421")
SQUARE = Meaning("qr-code", "https://shop.example")


def ballot(*cast: tuple[Meaning, int, int]) -> Ballot:
    made = Ballot()
    for meaning, points, times in cast:
        for _ in range(times):
            made.add({meaning: HERE}, points)
    return made


def won(made: Ballot) -> list[Meaning]:
    return [meaning for meaning, _ in made.won()]


def test_one_look_is_no_proof() -> None:
    assert won(ballot((TRUE, AS_IT_IS, 1))) == []
    assert won(ballot((TRUE, SHARPENED, 2))) == []


def test_what_several_looks_agree_on_counts() -> None:
    assert won(ballot((TRUE, AS_IT_IS, 1), (TRUE, SHARPENED, 1))) == [TRUE]
    assert won(ballot((TRUE, SHARPENED, 3))) == [TRUE]


def test_short_codes_need_more() -> None:
    assert won(ballot((SMALL, SHARPENED, 3))) == []
    assert won(ballot((SMALL, AS_IT_IS, 2))) == [SMALL]


def test_a_rival_at_the_same_place_must_be_beaten_by_far() -> None:
    made = ballot((TRUE, SHARPENED, 5), (FALSE, SHARPENED, 2))
    assert won(made) == [] and made.is_open(HERE)
    made.add({TRUE: HERE}, SHARPENED)
    assert won(made) == [TRUE] and not made.is_open(HERE)


def test_elsewhere_there_are_no_rivals() -> None:
    made = ballot((TRUE, AS_IT_IS, 2))
    made.add({FALSE: THERE}, AS_IT_IS)
    made.add({FALSE: THERE}, AS_IT_IS)
    assert set(won(made)) == {TRUE, FALSE}


def test_square_codes_correct_themselves() -> None:
    assert won(ballot((SQUARE, SHARPENED, 1), (TRUE, AS_IT_IS, 2))) == [SQUARE, TRUE]


def test_a_place_where_nothing_was_read_is_open() -> None:
    assert Ballot().is_open(HERE) and not Ballot().has(HERE)
