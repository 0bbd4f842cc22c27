"""Formulas from nobody's hand: only a LayoutError comes out, in time, and no code runs.

The long run is a command of its own, `python -m tests.fuzz_formulas`.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.formula import Formula
from tests import fuzz_formulas
from tests.fuzz_formulas import (
    DEEP,
    HAS_LATEX,
    HOSTILE,
    LATEX_SEEDS,
    LATEX_TOKENS,
    SEEDS,
    TOKENS,
    Marker,
    TooSlow,
    checked,
    run,
    time_limit,
    warmed,
)

MARKER = Marker()
NOTATIONS = ["python", "latex"] if HAS_LATEX else ["python"]
SETTINGS = settings(deadline=None, derandomize=True, database=None, max_examples=300)


@pytest.fixture(autouse=True, scope="module")
def _warmed():
    warmed()


def harmless(text, notation, seed=0):
    how, failure = checked(text, notation, Random(seed), MARKER)
    assert failure is None, failure
    return how


def test_two_thousand_generated_inputs_do_no_harm():
    counts, failures = run(2000, 1, MARKER)
    assert failures == []
    assert sum(counts.values()) == 2000
    assert min(counts[how] for how in ("refused", "read", "shaped", "computed")) > 50


@SETTINGS
@given(
    st.lists(st.sampled_from([*TOKENS, *LATEX_TOKENS]), max_size=20),
    st.sampled_from(["", " "]),
    st.sampled_from(NOTATIONS),
    st.integers(0, 9),
)
def test_tokens_in_any_order_do_no_harm(tokens, between, notation, seed):
    harmless(between.join(tokens), notation, seed)


@SETTINGS
@given(st.text(max_size=60), st.sampled_from(NOTATIONS))
def test_any_text_does_no_harm(text, notation):
    harmless(text, notation)


@SETTINGS
@given(st.sampled_from([*SEEDS, *LATEX_SEEDS]), st.data(), st.sampled_from(NOTATIONS))
def test_a_formula_with_one_sign_changed_does_no_harm(text, data, notation):
    place = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.one_of(st.characters(), st.sampled_from([*TOKENS, *LATEX_TOKENS])))
    harmless(text[:place] + sign + text[place + data.draw(st.integers(0, 2)) :], notation)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused(text, notation):
    hostile = text.format(marker=MARKER.path)
    assert harmless(hostile, notation) == "refused" or notation == "latex"
    assert not MARKER.path.exists()


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("count", [90, 150, 900, 3999])
def test_what_is_nested_or_goes_on_for_long_is_read_or_refused(count, notation):
    for piece in DEEP:
        times = count // len(piece)
        for text in (piece * times, piece * times + "x", piece * times + "x" + ")" * times):
            harmless(text, notation)


@pytest.mark.parametrize("text", SEEDS)
def test_the_seeds_are_formulas(text):
    Formula.parse(text, "python", names=["W", "x"])


@pytest.mark.skipif(not HAS_LATEX, reason="LaTeX is not read here")
@pytest.mark.parametrize("text", LATEX_SEEDS)
def test_the_latex_seeds_are_formulas(text):
    Formula.parse(text, "latex", names=["W2", "delta2", "z1", "x", "A"])


def test_code_that_runs_would_be_noticed(tmp_path):
    for code in ("open({!r}, 'w').close()", "__import__('os').system('true {}')", "exec('')"):
        with MARKER.watching():
            eval(code.format(str(tmp_path / "made")))
        assert MARKER.tripped() != ""
    MARKER.path.touch()
    assert MARKER.tripped() == f"{MARKER.path} was made"
    assert MARKER.tripped() == ""


def test_what_takes_too_long_would_be_noticed():
    def endless():
        while True:
            pass

    with pytest.raises(TooSlow), time_limit(0.05):
        endless()


def test_what_takes_too_long_once_gets_a_second_chance(monkeypatch):
    taken = iter([TooSlow, None, TooSlow, TooSlow])

    def slow(*_):
        problem = next(taken)
        if problem:
            raise problem
        return "computed"

    monkeypatch.setattr(fuzz_formulas, "worked_on", slow)
    assert harmless("x", "python") == "computed"
    _, failure = checked("x", "python", Random(0), MARKER)
    assert failure.what == "took more than 2.0 s, and again more than 4.0 s"


BROKEN = {
    "an error of another kind": (KeyError("x"), "KeyError: 'x'"),
    "a recursion without end": (RecursionError("too deep"), "RecursionError: too deep"),
    "code that runs": (lambda: eval("open('/dev/null')").close(), "open ("),
    "a warning": (lambda: __import__("warnings").warn("careful", stacklevel=1), "UserWarning"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_formula_that_did_harm_would_be_reported(name, monkeypatch):
    harm, said = BROKEN[name]

    def broken(*_):
        if isinstance(harm, Exception):
            raise harm
        harm()
        return "computed"

    monkeypatch.setattr(fuzz_formulas, "worked_on", broken)
    _, failure = checked("x", "python", Random(0), MARKER)
    assert failure.text == "x"
    assert said in failure.what


def test_the_command_says_what_it_did(capsys, monkeypatch):
    assert fuzz_formulas.main(["--inputs", "20", "--seed", "4"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("20 inputs in ")
    assert said.endswith("; 0 failures.\n")
    monkeypatch.setattr(fuzz_formulas, "worked_on", lambda *_: 1 / 0)
    assert fuzz_formulas.main(["--inputs", "3"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith("3 failed; 3 failures.")
    assert lines[1] == "    ZeroDivisionError: division by zero"
