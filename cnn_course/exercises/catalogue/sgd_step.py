"""One step of stochastic gradient descent, with momentum and weight decay."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="a step of gradient descent with momentum",
    chapter="4-3",
    stars=1,
    minutes=15,
    goals=(2, 4),
    returns=("weight", "velocity"),
    statement=r"""
    Write `sgd_step(weight, grad, velocity, lr, momentum, weight_decay)`: one step of gradient descent by the rule of
    PyTorch. With the weights $w$, the gradient $g$ of the loss in $w$, and the velocity $v$, three arrays of one shape,
    of floats or of integers, and the floats $\eta$ = `lr`, $\mu$ = `momentum` and $\lambda$ = `weight_decay`,

    $$ v' = \mu v + (g + \lambda w) , \qquad w' = w - \eta v' . $$

    Return the two new arrays $w'$ and $v'$, of floats and in this order: `return new_weight, new_velocity`. The three
    arrays that came as arguments keep their values. The first step of a training begins with a velocity of zeros.
    """,
    hints=(
        "Three lines suffice: the gradient with weight decay, the new velocity, the new weight. Each uses the line "
        "before.",
        "Weight decay is the gradient of a term lambda / 2 times the sum of the squares of w in the loss. So it joins "
        "the gradient, and everything after it treats both alike.",
    ),
    remark=r"""
    The velocity does not contain the learning rate, so that a change of the rate has its effect at once. With
    $\mu = 0$ it is the gradient itself, and the step is that of plain gradient descent.
    """,
)


@exercise.solution
def sgd_step(weight, grad, velocity, lr, momentum, weight_decay):
    """Return the weights and the velocity after one step; lr, momentum and weight_decay are floats.

    >>> sgd_step(np.array([8.0]), np.array([4.0]), np.array([6.0]), 0.25, 0.5, 0.125)  # v = 3 + (4 + 1)
    (array([6.]), array([8.]))
    """
    grad = grad + weight_decay * weight
    velocity = momentum * velocity + grad
    weight = weight - lr * velocity
    return weight, velocity


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([8.0]), np.array([4.0]), np.array([6.0]), 0.25, 0.5, 0.125


@exercise.check("plain gradient descent", points=1)
def plain(rng):
    yield *arrays(rng, 3), 0.5, 0.0, 0.0
    yield *arrays(rng, 2, 3), 0.01, 0.0, 0.0


@exercise.check("momentum", points=1)
def with_momentum(rng):
    weight, grad, velocity = arrays(rng, 3)
    yield weight, grad, 0 * velocity, 0.25, 0.75, 0.0
    yield weight, grad, velocity, 0.25, 0.75, 0.0
    yield *arrays(rng, 2, 3), 0.01, 0.9, 0.0


@exercise.check("weight decay", points=1)
def with_decay(rng):
    yield *arrays(rng, 3), 0.5, 0.0, 0.25
    yield *arrays(rng, 2, 3), 0.1, 0.0, 0.01


@exercise.check("momentum and weight decay", points=1)
def with_both(rng):
    yield *arrays(rng, 3), 0.5, 0.75, 0.25
    yield *arrays(rng, 2, 1, 3, 2), 0.1, 0.9, 0.01


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        yield *(fractions(rng, 2, 3, size=size) for _ in range(3)), 0.25, 0.75, 0.125


@exercise.check("arrays of integers", points=1)
def integers(rng):
    yield *(array.astype(int) for array in arrays(rng, 3)), 0.3, 0.9, 0.1
    yield *(array.astype(int) for array in arrays(rng, 2, 3)), 0.3, 0.7, 0.1


def arrays(rng, *shape):
    """Weights, a gradient and a velocity."""
    return whole(rng, *shape), whole(rng, *shape), whole(rng, *shape)


@exercise.alternative
def on_copies(weight, grad, velocity, lr, momentum, weight_decay):
    weight, velocity = weight.astype(float), velocity.astype(float)
    velocity *= momentum
    velocity += grad
    velocity += weight_decay * weight
    weight -= lr * velocity
    return [weight, velocity]


@exercise.alternative
def number_by_number(weight, grad, velocity, lr, momentum, weight_decay):
    new_weight, new_velocity = np.empty(weight.shape), np.empty(weight.shape)
    for place in np.ndindex(*weight.shape):
        new_velocity[place] = momentum * velocity[place] + grad[place] + weight_decay * weight[place]
        new_weight[place] = weight[place] - lr * new_velocity[place]
    return new_weight, new_velocity


@exercise.alternative
def in_single_precision(weight, grad, velocity, lr, momentum, weight_decay):
    arrays = (array.astype(np.float32) for array in (weight, grad, velocity))
    return sgd_step(*arrays, lr, momentum, weight_decay)


@exercise.wrong(
    "The step goes up: the gradient points to where the loss grows. Subtract lr times the velocity from the weights."
)
def uphill(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + (grad + weight_decay * weight)
    return weight + lr * velocity, velocity


@exercise.wrong(
    "The velocity contains the learning rate, v' = mu v + lr g, and is subtracted as it is. In PyTorch's rule it is a "
    "sum of gradients, and the rate comes in only when the weights change: it multiplies the old velocity, too."
)
def rate_in_the_velocity(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + lr * (grad + weight_decay * weight)
    return weight - velocity, velocity


@exercise.wrong(
    "The velocity points downhill and contains the learning rate: v = mu v - lr g, w = w + v, which is the rule in "
    "many books. PyTorch's velocity is a sum of gradients, without sign and rate."
)
def velocity_downhill(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity - lr * (grad + weight_decay * weight)
    return weight + velocity, velocity


@exercise.wrong(
    "The new gradient is multiplied by 1 - momentum, which makes the velocity a running mean. In this rule it is a "
    "sum: the gradient enters with the factor 1."
)
def running_mean(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + (1 - momentum) * (grad + weight_decay * weight)
    return weight - lr * velocity, velocity


@exercise.wrong(
    "The momentum multiplies the new gradient as well, so that without momentum nothing moves. Only the old velocity "
    "is multiplied: v' = mu v + g."
)
def momentum_of_the_sum(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * (velocity + grad + weight_decay * weight)
    return weight - lr * velocity, velocity


@exercise.wrong("The old velocity is added in full: the factor momentum is missing, and no gradient is ever forgotten.")
def momentum_forgotten(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = velocity + grad + weight_decay * weight
    return weight - lr * velocity, velocity


@exercise.wrong(
    "The old velocity plays no part, so that each step begins anew. Add momentum times the velocity that came as an "
    "argument."
)
def velocity_forgotten(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = grad + weight_decay * weight
    return weight - lr * velocity, velocity


@exercise.wrong(
    "The velocity is right, but the weights move by the old one. First the velocity changes, then the weights move by "
    "the new velocity."
)
def moved_by_the_old_velocity(weight, grad, velocity, lr, momentum, weight_decay):
    new_velocity = momentum * velocity + (grad + weight_decay * weight)
    return weight - lr * velocity, new_velocity


@exercise.wrong(
    "The velocity is right, but the weights move by the gradient alone, so that the momentum has no effect. They move "
    "by lr times the new velocity."
)
def moved_by_the_gradient(weight, grad, velocity, lr, momentum, weight_decay):
    grad = grad + weight_decay * weight
    return weight - lr * grad, momentum * velocity + grad


@exercise.wrong("The weights move by lr times (g + mu v'), which is Nesterov's variant. Here they move by lr times v'.")
def nesterov(weight, grad, velocity, lr, momentum, weight_decay):
    grad = grad + weight_decay * weight
    velocity = momentum * velocity + grad
    return weight - lr * (grad + momentum * velocity), velocity


@exercise.wrong("The learning rate is missing: the weights move by the whole velocity, and not by lr times it.")
def rate_forgotten(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + (grad + weight_decay * weight)
    return weight - velocity, velocity


@exercise.wrong("The weight decay has no effect: add weight_decay times the weights to the gradient, before all else.")
def decay_forgotten(weight, grad, velocity, lr, momentum, weight_decay):
    return sgd_step(weight, grad, velocity, lr, momentum, 0.0)


@exercise.wrong(
    "The weight decay acts on the weights beside the gradient and does not enter the velocity. That is the decoupled "
    "decay of AdamW; here it joins the gradient, and so the velocity."
)
def decoupled_decay(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + grad
    return weight - lr * velocity - lr * weight_decay * weight, velocity


@exercise.wrong(
    "The weights shrink by weight_decay times themselves, without the learning rate, and the velocity does not know of "
    "it. The decay joins the gradient, before the velocity."
)
def decay_without_the_rate(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + grad
    return (1 - weight_decay) * weight - lr * velocity, velocity


@exercise.wrong("The two results are exchanged: first the new weights, then the new velocity.")
def results_exchanged(weight, grad, velocity, lr, momentum, weight_decay):
    return sgd_step(weight, grad, velocity, lr, momentum, weight_decay)[::-1]


@exercise.wrong(
    "The weights are right, but what is returned beside them is the old velocity. The next step needs the new one."
)
def old_velocity_returned(weight, grad, velocity, lr, momentum, weight_decay):
    return sgd_step(weight, grad, velocity, lr, momentum, weight_decay)[0], velocity


@exercise.wrong(
    "The learning rate comes in twice, into the velocity and again when the weights change. In this rule it comes in "
    "only when the weights change."
)
def rate_twice(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity + lr * (grad + weight_decay * weight)
    return weight - lr * velocity, velocity


@exercise.wrong(
    "The momentum multiplies the gradient instead of the velocity, so that the past never fades. The factor belongs to "
    "the old velocity."
)
def momentum_of_the_gradient(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = velocity + momentum * (grad + weight_decay * weight)
    return weight - lr * velocity, velocity


@exercise.wrong(
    "Without momentum the old velocity is returned. Then, too, the new velocity is mu v + g, with mu = 0: the gradient "
    "itself, with its weight decay. No case needs lines of its own."
)
def no_velocity_without_momentum(weight, grad, velocity, lr, momentum, weight_decay):
    new_weight, new_velocity = sgd_step(weight, grad, velocity, lr, momentum, weight_decay)
    return new_weight, new_velocity if momentum else velocity


@exercise.wrong(
    "The velocity is the negative one, v' = mu v - g, and is added to the weights. In PyTorch's rule it is a sum of "
    "the gradients as they are, and lr times it is subtracted."
)
def velocity_of_minus_the_gradients(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * velocity - (grad + weight_decay * weight)
    return weight + lr * velocity, velocity


@exercise.wrong(
    "The velocity is right. What is returned beside it is the step, lr times the velocity, and not the new weights: "
    "subtract it from the old ones."
)
def step_for_the_weights(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = sgd_step(weight, grad, velocity, lr, momentum, weight_decay)[1]
    return lr * velocity, velocity


@exercise.wrong(
    "The weight decay is multiplied by the learning rate where it joins the gradient, and again when the weights "
    "change. In the velocity there is no rate."
)
def rate_in_the_decay(weight, grad, velocity, lr, momentum, weight_decay):
    return sgd_step(weight, grad, velocity, lr, momentum, lr * weight_decay)


DECAYS = {  # what is added to the gradient instead of weight_decay times the weights
    "growth": (
        "The weight decay has the wrong sign, and makes weights grow. It is added to the gradient: the minus comes in "
        "when the weights change.",
        lambda w, g, v, wd: -wd * w,
    ),
    "twice_the_decay": (
        "The weight decay is twice as strong as it should be. It belongs to the term lambda / 2 times the squares, "
        "whose derivative is lambda w, without a 2.",
        lambda w, g, v, wd: 2 * wd * w,
    ),
    "decay_without_the_weights": (
        "The gradient gets weight_decay itself instead of weight_decay times the weights, so that all weights move "
        "alike. Large weights decay more than small ones.",
        lambda w, g, v, wd: wd,
    ),
    "decay_of_the_gradient": (
        "The weight decay is multiplied by the gradient instead of the weights. It adds weight_decay times the weights "
        "to the gradient.",
        lambda w, g, v, wd: wd * g,
    ),
    "decay_of_the_velocity": (
        "The weight decay is multiplied by the velocity instead of the weights. It adds weight_decay times the weights "
        "to the gradient.",
        lambda w, g, v, wd: wd * v,
    ),
    "decay_of_the_signs": (
        "Only the signs of the weights enter the weight decay, as for a penalty of their absolute values. Here it is "
        "proportional to the weights.",
        lambda w, g, v, wd: wd * np.sign(w),
    ),
}


def with_another_decay(name):
    """Add the mistake of a wrong term in the gradient."""
    hint, term = DECAYS[name]

    def answer(weight, grad, velocity, lr, momentum, weight_decay):
        return sgd_step(weight, grad + term(weight, grad, velocity, weight_decay), velocity, lr, momentum, 0.0)

    answer.__name__ = name
    exercise.wrong(hint)(answer)


for name in DECAYS:
    with_another_decay(name)


@exercise.wrong(
    "The weights decay after the step, by the factor 1 - lr lambda, and the velocity does not know of it. The decay of "
    "the old weights joins the gradient, before the velocity."
)
def decay_after_the_step(weight, grad, velocity, lr, momentum, weight_decay):
    weight, velocity = sgd_step(weight, grad, velocity, lr, momentum, 0.0)
    return (1 - lr * weight_decay) * weight, velocity


@exercise.wrong(
    "The velocity is right, but the weights decay twice: by the velocity, which contains the decay, and once more when "
    "they change. They move by lr times the velocity and by nothing else."
)
def decay_in_both_lines(weight, grad, velocity, lr, momentum, weight_decay):
    new_weight, velocity = sgd_step(weight, grad, velocity, lr, momentum, weight_decay)
    return new_weight - lr * weight_decay * weight, velocity


@exercise.wrong(
    "The momentum multiplies the weight decay as well. It belongs to the old velocity alone: the decay joins the new "
    "gradient, which has the factor 1."
)
def momentum_of_the_decay(weight, grad, velocity, lr, momentum, weight_decay):
    velocity = momentum * (velocity + weight_decay * weight) + grad
    return weight - lr * velocity, velocity


@exercise.wrong(
    "Right for arrays of floats. For integers, fractions are put into an array of integers somewhere, which cuts them "
    "off: `np.zeros_like`, `np.empty_like` and `copy` take over the dtype. A formula such as `a - b` makes a new array "
    "of the right one.",
    fails=("arrays of integers",),
)
def in_integer_arrays(weight, grad, velocity, lr, momentum, weight_decay):
    new = sgd_step(weight, grad, velocity, lr, momentum, weight_decay)
    return tuple(array.astype(weight.dtype).astype(float) for array in new)


@exercise.wrong(
    "The operators `-=`, `+=` and `*=` write into the arrays of the caller: weights and velocity have changed. They "
    "are to keep their values; `a - b` makes a new array."
)
def in_place(weight, grad, velocity, lr, momentum, weight_decay):
    velocity *= momentum
    velocity += grad + weight_decay * weight
    weight -= lr * velocity
    return weight, velocity
