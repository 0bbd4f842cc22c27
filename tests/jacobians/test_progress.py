"""What a sweep says on its way: when, where, and that nothing of it stays."""

import io
from types import SimpleNamespace

import numpy as np
import pytest

from jacobians.data_sets import progress, sweep_samples
from layouts import InputError


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    """A clock that work advances."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(progress, "monotonic", clock := Clock())
    return clock


@pytest.fixture
def stderr(monkeypatch, request):
    """In the place of sys.stderr, which pytest itself replaces between fixture and test."""
    stream = getattr(request, "param", Terminal)()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    return stream


def sweep(clock, seconds, samples=6, **options):
    """As many samples, one by one, each taking its time."""

    def function(chunk):
        clock.now += seconds

    sweep_samples(function, np.ones((2, samples)), chunk=1, **options)


def test_a_terminal_hears_of_work_over_two_seconds(clock, stderr):
    sweep(clock, 0.5)
    lines = ["4/6 samples, 2 s", "5/6 samples, 2 s", "6/6 samples, 3 s"]
    assert stderr.getvalue() == "".join("\r" + line for line in lines) + "\r" + 16 * " " + "\r"


def test_shorter_work_is_silent(clock, stderr):
    sweep(clock, 0.3)
    assert stderr.getvalue() == ""


@pytest.mark.parametrize("stderr", [io.StringIO], indirect=True)
def test_no_terminal_hears_nothing_unless_it_is_asked_for(clock, stderr):
    sweep(clock, 5.0)
    assert stderr.getvalue() == ""
    sweep(clock, 5.0, samples=2, progress=True)
    assert stderr.getvalue() == "\r1/2 samples, 5 s\r2/2 samples, 10 s\r" + 17 * " " + "\r"


def test_true_says_it_from_the_start_and_false_never(clock, stderr):
    sweep(clock, 0.2, samples=1200, progress=False)
    assert stderr.getvalue() == ""
    sweep(clock, 0.2, samples=2, progress=True)
    assert stderr.getvalue().startswith("\r1/2 samples, 0 s\r2/2 samples, 0 s\r")


def test_the_line_is_rewritten_ten_times_a_second_at_most(clock, stderr):
    sweep(clock, 1 / 64, samples=64, progress=True)
    assert 8 <= stderr.getvalue().count("samples") <= 10


def test_large_numbers_are_grouped_and_a_shorter_line_covers_a_longer_one(clock, stderr):
    line = progress.ProgressLine(70_000)
    line.update(17_920)
    clock.now += 1
    line.update(7)
    line.clear()
    assert stderr.getvalue() == (
        "\r17,920/70,000 samples, 0 s\r7/70,000 samples, 1 s     \r" + 26 * " " + "\r"
    )


def test_the_line_is_cleared_after_an_error(clock, stderr):
    def function(chunk):
        clock.now += 3.0
        if clock.now > 104:
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        sweep_samples(function, np.ones((2, 5)), chunk=1)
    assert stderr.getvalue() == "\r1/5 samples, 3 s\r" + 16 * " " + "\r"


def test_a_function_is_told_how_many_are_done():
    told = []
    sweep_samples(np.sum, np.ones((2, 7)), chunk=3, progress=lambda *count: told.append(count))
    assert told == [(3, 7), (6, 7), (7, 7)]


def test_a_program_without_stderr_works_on(monkeypatch):
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=None))
    for said in (None, True):
        assert sweep_samples(np.sum, np.ones((2, 3)), progress=said) == [6.0]


@pytest.mark.parametrize("wrong", ["yes", 1])
def test_another_progress_is_refused(wrong):
    message = rf"progress is None, True, False or a function of \(done, total\), not {wrong!r}\."
    with pytest.raises(InputError, match=message):
        sweep_samples(np.sum, np.ones((2, 3)), progress=wrong)
