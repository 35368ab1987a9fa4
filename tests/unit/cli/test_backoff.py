from cli.supervisor.backoff import LONGEST_S, Backoff


def test_doubles_up_to_the_longest() -> None:
    backoff, waits = Backoff(), []
    for _ in range(9):
        backoff = backoff.crashed(ran_s=1)
        waits.append(backoff.wait_s)
    assert waits[:4] == [0.5, 1, 2, 4]
    assert waits[-1] == LONGEST_S


def test_a_calm_run_begins_anew() -> None:
    assert Backoff(crashes=9).crashed(ran_s=61).wait_s == Backoff().crashed(1).wait_s


def test_no_wait_before_the_first_crash() -> None:
    assert Backoff().wait_s == 0
