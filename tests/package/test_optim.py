"""Optimisers follow their rules, written out here for single numbers, and continue from their state."""

from functools import partial
from math import cos, pi, sqrt

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course.nn import Linear, Parameter
from cnn_course.training.optim import SGD, Adam
from cnn_course.training.schedule import constant, cosine_decay, one_cycle, step_decay

START = [[1.5, -2.0, 0.25], [3.0]]  # two parameters, of three numbers and of one
GRADIENTS = np.random.default_rng(0).standard_normal((7, 4))  # those of 7 steps


def parameters(dtype=np.float64):
    return {name: Parameter(np.array(values, dtype)) for name, values in zip("ab", START, strict=True)}


def numbers(held):
    return [float(value) for parameter in held.values() for value in parameter.data]


def run(make, gradients=GRADIENTS, dtype=np.float64):
    """The numbers after each step of an optimiser."""
    held = parameters(dtype)
    optimizer, history = make(held.items()), []
    for gradient in gradients:
        held["a"].grad, held["b"].grad = gradient[:3].astype(dtype), gradient[3:].astype(dtype)
        optimizer.step()
        history.append(numbers(held))
    return history


def sgd_by_hand(w, gradients, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    velocity = 0.0
    for g in gradients:
        g = g + weight_decay * w
        velocity = momentum * velocity + g
        w = w - lr * (g + momentum * velocity if nesterov else velocity)
        yield w


def adam_by_hand(w, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        g = g + weight_decay * w
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        w = w - lr * (m / (1 - betas[0] ** t)) / (sqrt(v / (1 - betas[1] ** t)) + eps)
        yield w


RULES = [
    (SGD, sgd_by_hand, {"lr": 0.1}),
    (SGD, sgd_by_hand, {"lr": 0.1, "weight_decay": 0.3}),
    (SGD, sgd_by_hand, {"lr": 0.1, "momentum": 0.9}),
    (SGD, sgd_by_hand, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.3}),
    (SGD, sgd_by_hand, {"lr": 0.1, "momentum": 0.7, "nesterov": True, "weight_decay": 0.3}),
    (Adam, adam_by_hand, {}),
    (Adam, adam_by_hand, {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.2, "weight_decay": 0.3}),
]
every_rule = pytest.mark.parametrize(("optimizer", "by_hand", "settings"), RULES)


@every_rule
def test_rules(optimizer, by_hand, settings):
    desired = [
        list(by_hand(w, g, **settings)) for w, g in zip(numbers(parameters()), GRADIENTS.T.tolist(), strict=True)
    ]
    # 7 steps of about 10 roundings each, of numbers that cancel little
    assert_allclose(run(partial(optimizer, **settings)), np.transpose(desired), rtol=1e-13)


@every_rule
def test_single_precision_stays_single_and_close(optimizer, by_hand, settings):
    held = parameters(np.float32)
    array = held["a"].data
    held["a"].grad, held["b"].grad = np.ones(3, np.float32), np.ones(1, np.float32)
    made = optimizer(held.items(), **settings)
    made.step()
    assert held["a"].data is array, "the update is in place"
    assert array.dtype == np.float32
    assert {state.dtype for name, state in made.named_arrays().items() if name != "step"} <= {np.dtype(np.float32)}
    single = run(partial(optimizer, **settings), dtype=np.float32)
    assert_allclose(single, run(partial(optimizer, **settings)), rtol=1e-5)  # 7 steps of roundings of 2^-24


@every_rule
def test_gradients_are_only_read(optimizer, by_hand, settings):
    held = parameters()
    made = optimizer(held.items(), **settings)
    for parameter in held.values():
        parameter.grad = np.ones_like(parameter.data)
        parameter.grad.flags.writeable = False
    made.step()
    made.step()
    assert not any(
        np.shares_memory(state, parameter.grad) for state in made.named_arrays().values() for parameter in held.values()
    )


@every_rule
def test_the_state_continues_the_run(optimizer, by_hand, settings):
    whole = run(partial(optimizer, **settings))
    first, second = parameters(), parameters()
    made = optimizer(first.items(), **settings)
    for gradient in GRADIENTS[:3]:
        first["a"].grad, first["b"].grad = gradient[:3], gradient[3:]
        made.step()
    for name in "ab":
        second[name].data[...] = first[name].data
    resumed = optimizer(second.items(), **settings)
    resumed.load_state_dict(made.state_dict())
    for gradient in GRADIENTS[3:]:
        second["a"].grad, second["b"].grad = gradient[:3], gradient[3:]
        resumed.step()
    assert numbers(second) == whole[-1]


@every_rule
def test_an_infinite_gradient_propagates(optimizer, by_hand, settings):
    held = parameters()
    held["a"].grad, held["b"].grad = np.array([np.nan, 1, 1]), np.ones(1)
    optimizer(held.items(), **settings).step()
    assert_array_equal(np.isnan(held["a"].data), [True, False, False])
    assert np.isfinite(held["b"].data).all()


def test_weight_decay_of_0_does_not_touch_an_infinite_parameter():
    parameter = Parameter(np.array([np.inf]))
    parameter.grad = np.ones(1)
    SGD([("w", parameter)], 0.1).step()
    assert_array_equal(parameter.data, [np.inf])


def test_names_of_the_state():
    held = parameters()
    assert list(SGD(held.items(), 0.1).state_dict()) == ["step"]
    assert list(SGD(held.items(), 0.1, momentum=0.5).state_dict()) == [
        "step",
        "a.momentum_buffer",
        "b.momentum_buffer",
    ]
    names = ["step", "a.exp_avg", "a.exp_avg_sq", "b.exp_avg", "b.exp_avg_sq"]
    assert list(Adam(held.items()).state_dict()) == names


def test_the_state_counts_steps_and_is_a_copy():
    held = parameters()
    held["a"].grad, held["b"].grad = np.ones(3), np.ones(1)
    optimizer = SGD(held.items(), 0.1, momentum=0.5)
    optimizer.step()
    optimizer.step()
    state = optimizer.state_dict()
    assert state["step"] == 2
    assert_array_equal(state["a.momentum_buffer"], [1.5] * 3)
    state["a.momentum_buffer"] += 1
    state["step"] += 1
    assert optimizer.state_dict()["step"] == 2
    assert_array_equal(optimizer.state_dict()["a.momentum_buffer"], [1.5] * 3)


def test_a_state_that_does_not_match_changes_nothing():
    held = parameters()
    held["a"].grad, held["b"].grad = np.ones(3), np.ones(1)
    sgd, adam = SGD(held.items(), 0.1, momentum=0.5), Adam(held.items())
    sgd.step()
    with raises(
        "SGD.load_state_dict: missing a.momentum_buffer, b.momentum_buffer; unexpected a.exp_avg, a.exp_avg_sq"
    ):
        sgd.load_state_dict(adam.state_dict())
    assert sgd.state_dict()["step"] == 1


def test_the_learning_rate_may_be_set_between_steps():
    parameter = Parameter(np.array([1.0]))
    parameter.grad = np.array([1.0])
    optimizer = SGD([("w", parameter)], 0.5)
    optimizer.step()
    optimizer.lr = 0.125
    assert optimizer.lr == 0.125
    optimizer.step()
    assert_array_equal(parameter.data, [1 - 0.5 - 0.125])
    with raises("SGD: lr must be a finite number and at least 0, got -1"):
        optimizer.lr = -1
    assert optimizer.lr == 0.125


def test_a_missing_gradient_is_named_and_nothing_is_changed():
    network = Linear(2, 1, rng=np.random.default_rng(0))
    before = network.state_dict()
    network.weight.grad = np.ones((1, 2), np.float32)
    optimizer = SGD(network.named_parameters(), 0.1)
    with pytest.raises(RuntimeError, match=r"^SGD.step: no gradient of bias; call backward first"):
        optimizer.step()
    assert_array_equal(network.weight.data, before["weight"])
    assert optimizer.state_dict()["step"] == 0


def test_a_gradient_of_another_shape_is_named_and_nothing_is_changed():
    for shape in ((), (1,), (3, 1), (1, 3)):  # also those that would broadcast
        held = parameters()
        optimizer = SGD(held.items(), 0.1)
        held["b"].grad, held["a"].grad = np.ones(1), np.ones(shape)
        with raises(f"SGD.step: the gradient of a must have shape (3,), got {shape}"):
            optimizer.step()
        assert numbers(held) == numbers(parameters())
        assert optimizer.state_dict()["step"] == 0


def test_only_the_parameters_that_it_is_given_are_changed():
    held = parameters()
    held["a"].grad, held["b"].grad = np.ones(3), np.ones(1)
    SGD([("a", held["a"])], 1.0).step()
    assert numbers(held) == [0.5, -3.0, -0.75, 3.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD([], 0.1), "SGD: parameters must hold at least 1 parameter, got 0"),
        (lambda p: Adam({}.items()), "Adam: parameters must hold at least 1 parameter, got 0"),
        (
            lambda p: SGD([("a", np.ones(1))], 0.1),
            "SGD: parameters must be pairs (name, Parameter), got ('a', array([1.]))",
        ),
        (lambda p: SGD(["ab"], 0.1), "SGD: parameters must be pairs (name, Parameter), got 'ab'"),
        (
            lambda p: SGD(dict(p).values(), 0.1),
            "SGD: parameters must be pairs (name, Parameter), got Parameter(shape",
        ),
        (
            lambda p: SGD([*p, *parameters().items()], 0.1),
            "SGD: every parameter must have a name of its own, got 2 that are called 'a'",
        ),
        (
            lambda p: Adam([*p, *((f"0.{name}", parameter) for name, parameter in p)]),
            "Adam: every parameter may occur once, got the same at 'a' and '0.a'",
        ),
        (lambda p: SGD(p, -0.1), "SGD: lr must be a finite number and at least 0, got -0.1"),
        (lambda p: SGD(p, np.nan), "SGD: lr must be a finite number and at least 0, got nan"),
        (lambda p: Adam(p, np.inf), "Adam: lr must be a finite number and at least 0, got inf"),
        (lambda p: SGD(p, "0.1"), "SGD: lr must be a finite number and at least 0, got '0.1'"),
        (lambda p: Adam(p, None), "Adam: lr must be a finite number and at least 0, got None"),
        (lambda p: SGD(p, 0.1, momentum=-1), "SGD: momentum must be a finite number and at least 0, got -1"),
        (lambda p: SGD(p, 0.1, nesterov=True), "SGD: nesterov needs a momentum above 0, got momentum=0.0"),
        (lambda p: SGD(p, 0.1, weight_decay=-1), "SGD: weight_decay must be a finite number and at least 0, got -1"),
        (lambda p: Adam(p, weight_decay=-1), "Adam: weight_decay must be a finite number and at least 0, got -1"),
        (lambda p: Adam(p, eps=-1), "Adam: eps must be a finite number and at least 0, got -1"),
        (lambda p: Adam(p, betas=(0.9, 1.0)), "Adam: betas must be 2 numbers, at least 0 and below 1, got (0.9, 1.0)"),
        (
            lambda p: Adam(p, betas=(-0.1, 0.9)),
            "Adam: betas must be 2 numbers, at least 0 and below 1, got (-0.1, 0.9)",
        ),
        (lambda p: Adam(p, betas=0.9), "Adam: betas must be 2 numbers, at least 0 and below 1, got 0.9"),
        (lambda p: Adam(p, betas="ab"), "Adam: betas must be 2 numbers, at least 0 and below 1, got 'ab'"),
        (lambda p: Adam(p, betas=(0.9,)), "Adam: betas must be 2 numbers, at least 0 and below 1, got (0.9,)"),
    ],
)
def test_errors_of_constructors(make, message):
    with raises(message):
        make(parameters().items())


# Schedules --------------------------------------------------------------------------------------------------------


def test_schedules_by_hand():
    assert [constant(t, base=0.3) for t in (0, 99)] == [0.3, 0.3]
    assert [step_decay(t, base=8.0, every=3, factor=0.5) for t in range(8)] == [8, 8, 8, 4, 4, 4, 2, 2]
    assert step_decay(3, base=1.0, every=3) == 0.1
    # one rounding of the cosine and some of the products
    assert_allclose(
        [cosine_decay(t, base=3.0, total_steps=7) for t in range(10)],
        [1.5 + 1.5 * cos(pi * t / 7) for t in range(8)] + [0, 0],
        rtol=1e-14,
        atol=1e-16,
    )
    # binary fractions of 12: no rounding
    assert [one_cycle(t, peak=12.0, rise=4, total_steps=7) for t in range(9)] == [3, 6, 9, 12, 9, 6, 3, 0, 0]
    assert [one_cycle(t, peak=12.0, rise=1, total_steps=3) for t in range(4)] == [12, 8, 4, 0]
    assert [one_cycle(t, peak=12.0, rise=3, total_steps=3) for t in range(4)] == [4, 8, 12, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: constant(-1, base=1.0), "constant: step must be at least 0, got -1"),
        (lambda: step_decay(-1, base=1.0, every=1), "step_decay: step must be at least 0, got -1"),
        (lambda: step_decay(0, base=1.0, every=0), "step_decay: every must be at least 1, got 0"),
        (lambda: cosine_decay(1.5, base=1.0, total_steps=1), "cosine_decay: step must be made of integers, got 1.5"),
        (lambda: cosine_decay(0, base=1.0, total_steps=0), "cosine_decay: total_steps must be at least 1, got 0"),
        (lambda: one_cycle(-1, peak=1.0, rise=1, total_steps=1), "one_cycle: step must be at least 0, got -1"),
        (lambda: one_cycle(0, peak=1.0, rise=0, total_steps=1), "one_cycle: rise must be at least 1, got 0"),
        (
            lambda: one_cycle(0, peak=1.0, rise=3, total_steps=2),
            "one_cycle: rise must be at most total_steps, got rise=3",
        ),
        (
            lambda: one_cycle(0, peak=-1, rise=1, total_steps=2),
            "one_cycle: peak must be a finite number and at least 0",
        ),
    ],
)
def test_errors_of_schedules(call, message):
    with raises(message):
        call()
