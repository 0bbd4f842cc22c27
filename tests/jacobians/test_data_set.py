"""Sweeps over many samples: here, in threads, in processes and on a cluster, all the same."""

import operator
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context

import autograd
import autograd.numpy
import numpy as np
import pytest
from distributed import Client, LocalCluster
from sklearn.datasets import load_digits

from jacobians import (
    Custom,
    Linear,
    Network,
    Tanh,
    per_sample_jacobians,
    singular_values,
    sweep_samples,
)
from jacobians.data_sets.chunks import IN_FLIGHT
from layouts import InputError, ShapeError

rng = np.random.default_rng(17)
NET = Network.parse("4-5-3", activation=["tanh", "sigmoid"], seed=1)
SOFT = Network.parse("4-5-3", activation=["tanh", "softmax"], seed=1)
X = rng.standard_normal((4, 50))
norms = partial(np.linalg.norm, axis=0)


def threads():
    return ThreadPoolExecutor(2)


def processes():
    """Spawned: forking a process that has threads is deprecated."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@contextmanager
def cluster(**options):
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, **options) as nodes,
        Client(nodes) as client,
    ):
        yield client.get_executor()


EXECUTORS = {
    "threads": threads,
    "processes": processes,
    "a cluster of threads": partial(cluster, processes=False),
    "a cluster of processes": partial(cluster, processes=True),
}


@pytest.fixture(scope="module", params=EXECUTORS)
def executor(request):
    with EXECUTORS[request.param]() as found:
        yield found


def test_results_come_in_the_order_of_the_samples(executor):
    chunks = sweep_samples(norms, X, executor=executor, chunk=7)
    assert [len(chunk) for chunk in chunks] == 7 * [7] + [1]
    np.testing.assert_allclose(np.concatenate(chunks), np.sqrt((X**2).sum(axis=0)), rtol=1e-14)


@pytest.mark.parametrize("net", [NET, SOFT], ids=str)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_per_sample_jacobians_are_those_of_one_sample_after_another(executor, net, layout):
    J = per_sample_jacobians(net, X, layout=layout, executor=executor)
    expected = [np.asarray(net.jacobian(x, wrt="parameters", layout=layout)) for x in X.T]
    np.testing.assert_allclose(J, expected, rtol=1e-12, atol=1e-14)


def test_an_executor_fills_out_too(executor):
    out = np.full((50, 4, 3), np.nan).transpose(0, 2, 1)
    assert per_sample_jacobians(NET, X, wrt="x", out=out, executor=executor) is out
    expected = [np.asarray(NET.jacobian(x)) for x in X.T]
    np.testing.assert_allclose(out, expected, rtol=1e-12)


def test_singular_values_are_numpys_of_each_jacobian(executor):
    found = singular_values(NET, X, executor=executor, chunk=9)
    expected = [np.linalg.svd(np.asarray(NET.jacobian(x)))[1] for x in X.T]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_an_error_in_a_worker_arrives_as_it_is_and_the_executor_goes_on(executor):
    with pytest.raises(np.linalg.LinAlgError, match="must be square"):
        sweep_samples(np.linalg.inv, X, executor=executor, chunk=3)
    with pytest.raises(ShapeError, match="x has 3 entries"):
        sweep_samples(NET, X[:3], executor=executor)
    assert executor.submit(operator.add, 2, 3).result() == 5


def test_order_is_kept_when_later_chunks_are_done_first():
    later = threading.Event()

    def function(chunk):
        if chunk[0, 0] == 0:
            assert later.wait(timeout=30)
        else:
            later.set()
        return int(chunk[0, 0])

    with threads() as pool:
        found = sweep_samples(function, np.arange(5)[None], executor=pool, chunk=1)
    assert found == [0, 1, 2, 3, 4]


class Held(Executor):
    """Runs a function when its result is asked for, and remembers what it was given."""

    def __init__(self):
        self.futures = []
        self.asked = self.most = 0

    def submit(self, function, /, *arguments):
        future = Asked(self, partial(function, *arguments))
        self.futures.append(future)
        self.most = max(self.most, len(self.futures) - self.asked)
        return future


class Asked(Future):
    def __init__(self, executor, call):
        super().__init__()
        self.executor, self.call = executor, call

    def result(self, timeout=None):
        self.executor.asked += 1
        return self.call()


def test_a_large_data_set_is_not_submitted_at_once():
    pool = Held()
    found = sweep_samples(np.sum, np.ones((1, 1000)), executor=pool, chunk=3)
    assert (sum(found), len(pool.futures)) == (1000.0, 334)
    assert 2 < pool.most == IN_FLIGHT < 334


def failing(chunk):
    if chunk[0, 0] >= 3:
        raise ArithmeticError("three")
    return chunk


def interrupted(done, total):
    if done == 4:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("function", "progress", "kind"),
    [(failing, False, ArithmeticError), (np.sum, interrupted, KeyboardInterrupt)],
)
def test_what_has_not_begun_is_cancelled_after_an_error(function, progress, kind):
    pool = Held()
    with pytest.raises(kind) as kept:  # a traceback that lives keeps every frame alive
        sweep_samples(function, np.arange(99)[None], executor=pool, chunk=1, progress=progress)
    assert len(pool.futures) == IN_FLIGHT + 3
    assert (pool.asked, kept.type) == (4, kind)
    assert not any(future.cancelled() for future in pool.futures[:3])
    assert all(future.cancelled() for future in pool.futures[4:])


def test_a_small_data_set_is_shared_out_and_a_chunk_is_as_large_as_asked():
    sizes = partial(sweep_samples, operator.attrgetter("shape"))
    assert sizes(X) == [(4, 50)]
    assert sizes(X, executor=Held()) == 12 * [(4, 4)] + [(4, 2)]
    assert sizes(X, chunk=np.int64(30)) == [(4, 30), (4, 20)]
    assert sizes(np.ones((2, 600))) == [(2, 256), (2, 256), (2, 88)]


def test_a_chunk_cannot_be_written_to():
    def function(chunk):
        chunk[:] = 0.0

    with pytest.raises(ValueError, match="read-only"):
        sweep_samples(function, X)


UNSENDABLE = {
    "a lambda": (lambda pool: sweep_samples(lambda chunk: chunk, X, executor=pool)),
    "a network with a lambda": (
        lambda pool: per_sample_jacobians(
            Network([Linear(np.ones((3, 4))), Custom(lambda x: x[:2] * x[1:])]), X, executor=pool
        )
    ),
    "singular values of it": (
        lambda pool: singular_values(Network([Custom(lambda x: x[:2])]), X, executor=pool)
    ),
}


@pytest.mark.parametrize("name", UNSENDABLE)
def test_what_cannot_be_pickled_is_refused_for_processes_and_done_by_threads(name):
    message = (
        r"the function cannot be sent to other processes: .*lambda.*\n"
        r"A lambda, or a function inside a function, has no name there; a network with a Custom "
        r"layer may hold one\. Give it a name in a module, or use threads: ThreadPoolExecutor\."
    )
    with processes() as pool, pytest.raises(InputError, match=message):
        UNSENDABLE[name](pool)
    with threads() as pool:
        assert len(UNSENDABLE[name](pool)) > 0


REFUSED = {
    "no executor": (
        {"executor": Client},
        "executor is type, which is not a concurrent.futures.Executor: give a "
        r"ThreadPoolExecutor, a ProcessPoolExecutor, or a Dask client's get_executor\(\)\.",
    ),
    "a chunk of none": ({"chunk": 0}, "chunk is how many samples go together, 1 or more, not 0"),
    "a part of a sample": ({"chunk": 2.5}, "1 or more, not 2.5"),
    "a chunk of yes": ({"chunk": True}, "1 or more, not True"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_executor_and_no_chunk_is_refused(name):
    options, message = REFUSED[name]
    with pytest.raises(InputError, match=message):
        sweep_samples(np.sum, X, **options)
    with pytest.raises(InputError, match=message):
        singular_values(NET, X, **options)


def test_data_and_functions_are_checked_before_anything_is_submitted():
    pool = Held()
    with pytest.raises(InputError, match="swept over the samples is a function, not 3"):
        sweep_samples(3, X, executor=pool)
    with pytest.raises(ShapeError, match=r"X has shape \(4, 0\): the data set has no samples\."):
        sweep_samples(np.sum, X[:, :0], executor=pool)
    with pytest.raises(ShapeError, match=r"X has shape \(4,\): a data set is \(n, N\)"):
        sweep_samples(np.sum, X[:, 0], executor=pool)
    with pytest.raises(ShapeError, match="50 samples of 3 entries, as columns"):
        singular_values(NET, X[:3], executor=pool)
    assert pool.futures == []


def test_singular_values_by_parameters_and_of_a_value_on_the_way():
    by_all = singular_values(NET, X, wrt="parameters")
    expected = [np.linalg.svd(np.asarray(NET.jacobian(x, wrt="parameters")))[1] for x in X.T]
    np.testing.assert_allclose(by_all, expected, rtol=1e-10)
    narrow = singular_values(NET, X, of="a2", wrt="b1")
    assert narrow.shape == (50, 3)
    assert (np.diff(narrow) <= 0).all()
    assert not np.allclose(narrow, by_all)


def test_a_sample_that_is_not_finite_has_none_and_disturbs_no_other():
    broken = X.copy()
    broken[2, 6] = np.nan
    found, whole = singular_values(NET, broken), singular_values(NET, X)
    assert np.isnan(found[6]).all()
    others = np.arange(50) != 6
    np.testing.assert_array_equal(found[others], whole[others])


def test_of_forty_real_digits_they_are_those_of_autograds_jacobians():
    digits = load_digits().data[:40].T / 16
    W1, b1 = rng.standard_normal((12, 64)) / 8, rng.standard_normal(12)
    W2, b2 = rng.standard_normal((10, 12)) / 3, rng.standard_normal(10)
    net = Network([Linear(W1, b1), Tanh(), Linear(W2, b2), Tanh()])

    def plain(x):
        hidden = autograd.numpy.tanh(autograd.numpy.dot(W1, x) + b1)
        return autograd.numpy.tanh(autograd.numpy.dot(W2, hidden) + b2)

    jacobian = autograd.jacobian(plain)
    expected = [np.linalg.svd(jacobian(x), compute_uv=False) for x in digits.T]
    with threads() as pool:
        found = singular_values(net, digits, executor=pool)
    assert found.shape == (40, 10)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)
    stretched = singular_values(net, digits, of="z2")
    assert (stretched[:, 0] > found[:, 0]).all()
