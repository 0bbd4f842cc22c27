"""Every cause is told of the answers that it makes, and of no right one, word by word."""

import numpy as np
import pytest

from jacobians.checking.causes import LADDER
from jacobians.checking.network_causes import NETWORK_LADDER
from tests import layer_causes, network_causes

PLACES = {"layer": layer_causes, "network": network_causes}
CAUSES = {f"{place}: {name}": case for place, cases in PLACES.items()
          for name, case in cases.CAUSES.items()}  # fmt: skip
TOLD = {f"{place}: {name}": case for place, cases in PLACES.items()
        for name, case in cases.TOLD.items()}  # fmt: skip


def message(ask, answer, **hint):
    with pytest.raises(AssertionError) as caught:
        ask(answer, **hint)
    return str(caught.value)


@pytest.mark.parametrize("name", CAUSES)
def test_the_right_answer_passes_and_the_wrong_one_is_told_its_cause(name):
    ask, right, wrong, _, said = CAUSES[name]
    ask(right)
    assert message(ask, wrong) == said


@pytest.mark.parametrize("name", CAUSES)
def test_a_hint_says_as_much_as_it_should(name):
    ask, right, wrong, question, said = CAUSES[name]
    headline, fact, cause, _ = said.split("\n")
    levels = [[headline], [headline, fact], [headline, fact, question],
              [headline, fact, question, cause]]  # fmt: skip
    for hint, lines in enumerate(levels):
        assert message(ask, wrong, hint=hint) == "\n".join(lines)
        ask(right, hint=hint)


@pytest.mark.parametrize("name", CAUSES)
def test_a_list_is_judged_as_the_array_is(name):
    ask, right, wrong, _, said = CAUSES[name]
    ask(np.asarray(right).tolist())
    assert message(ask, np.asarray(wrong).tolist()) == said


@pytest.mark.parametrize(
    ("cases", "ladder"), [(layer_causes, LADDER), (network_causes, NETWORK_LADDER)]
)
def test_every_cause_of_the_ladder_is_provoked(cases, ladder):
    assert {name.partition(":")[0] for name in cases.CAUSES} == {cause.name for cause in ladder}


@pytest.mark.parametrize("name", TOLD)
def test_what_cannot_be_told_apart_or_has_no_cause(name):
    ask, right, wrong, question, said = TOLD[name]
    ask(right)
    assert message(ask, wrong) == said
    assert message(ask, wrong, hint=2).split("\n") == [*said.split("\n")[:2], question]
