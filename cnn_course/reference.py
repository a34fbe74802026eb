"""Each operation written as its definition, in loops: the specification, and the oracle of the tests.

Nothing here shares a line with the fast code. A function reads as the formula above it; it checks nothing, and is
slow. Arrays are (N, C, *spatial) and (O, C / groups, *kernel), with any number of spatial axes.
Strides and dilations are tuples with one integer an axis, paddings tuples of pairs (before, after).
"""

from itertools import product

import numpy as np


def convolve(f, h):
    r"""Full convolution of two arrays: :math:`(f * h)[u] = \sum_t f[t]\, h[u - t]` over all t where both exist.

    Hofmann, equations (1.6) and (1.14).

    >>> convolve(np.array([1, 2]), np.array([1, 10, 100]))
    array([  1,  12, 120, 200])
    """
    out = np.zeros([n + m - 1 for n, m in zip(f.shape, h.shape, strict=True)], dtype=np.result_type(f, h))
    for u in np.ndindex(*out.shape):
        for t in np.ndindex(*f.shape):
            lag = tuple(a - b for a, b in zip(u, t, strict=True))
            if _inside(lag, h.shape):
                out[u] += f[t] * h[lag]
    return out


def correlate(f, h):
    r"""Full cross-correlation :math:`(h \star f)[u] = \sum_t \overline{h[t]}\, f[u + t]`, from u = -(m - 1) on.

    Hofmann, equation (1.10), with the conjugate that complex values need.

    >>> correlate(np.array([3, 0, 5]), np.array([1, 2]))
    array([ 6,  3, 10,  5])
    """
    out = np.zeros([n + m - 1 for n, m in zip(f.shape, h.shape, strict=True)], dtype=np.result_type(f, h))
    for i in np.ndindex(*out.shape):
        for t in np.ndindex(*h.shape):
            position = tuple(a - (m - 1) + b for a, m, b in zip(i, h.shape, t, strict=True))
            if _inside(position, f.shape):
                out[i] += np.conj(h[t]) * f[position]
    return out


def window_starts(n, k, s, pads, d):
    """Positions, on one axis, of the first tap of each window; counted by walking, not by the formula.

    >>> window_starts(6, 3, 2, (1, 0), 1)
    [-1, 1, 3]
    """
    starts, start = [], -pads[0]
    while start + d * (k - 1) < n + pads[1]:
        starts.append(start)
        start += s
    return starts


def _windows(size, kernel, stride, padding, dilation):
    """Each output index with the position of its first tap."""
    starts = [window_starts(*numbers) for numbers in zip(size, kernel, stride, padding, dilation, strict=True)]
    for u in product(*(range(len(s)) for s in starts)):
        yield u, tuple(s[i] for s, i in zip(starts, u, strict=True))


def _positions(start, kernel, dilation):
    """Each tap of a window with the position it reads."""
    for v in np.ndindex(*kernel):
        yield v, tuple(a + d * b for a, d, b in zip(start, dilation, v, strict=True))


def _inside(position, size):
    return all(0 <= i < n for i, n in zip(position, size, strict=True))


def output_shape(size, kernel, stride, padding, dilation):
    """Number of windows on each axis, counted."""
    return tuple(len(window_starts(*a)) for a in zip(size, kernel, stride, padding, dilation, strict=True))


def _terms(x_shape, w_shape, stride, padding, dilation, groups):
    """Index triples (y, w, x) of all the products that a convolution adds up: y[.] += w[.] x[.]."""
    images, channels, *size = x_shape
    outputs, per_group, *kernel = w_shape
    for u, start in _windows(size, kernel, stride, padding, dilation):
        for v, position in _positions(start, kernel, dilation):
            if _inside(position, size):
                for n, o, c in np.ndindex(images, outputs, per_group):
                    channel = o // (outputs // groups) * (channels // groups) + c
                    yield (n, o, *u), (o, c, *v), (n, channel, *position)


def conv(x, weight, bias, *, stride, padding, dilation, groups):
    r"""Convolution layer: :math:`y[n, o, u] = b[o] + \sum_{c, v} w[o, c, v]\, x[n, c, u s + v d - p]`.

    Zero outside the input; with groups, output channel o sees the channels of its own group only.
    Hofmann, equation (1.20), with bias, stride, padding, dilation and groups.

    >>> x, w = np.array([[[1., 2., 4.]]]), np.array([[[1., -1.]]])
    >>> conv(x, w, np.zeros(1), stride=(1,), padding=((0, 0),), dilation=(1,), groups=1)
    array([[[-1., -2.]]])
    """
    out = output_shape(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    y = np.zeros((x.shape[0], weight.shape[0], *out), dtype=x.dtype)
    for at_y, at_w, at_x in _terms(x.shape, weight.shape, stride, padding, dilation, groups):
        y[at_y] += weight[at_w] * x[at_x]
    return y + bias.reshape(-1, *(1,) * len(out))


def conv_backward(grad_output, x, weight, *, stride, padding, dilation, groups):
    r"""Gradients (x, weight, bias) of `conv`, by the chain rule, product by product.

    Each product w x in y adds g w to the gradient of x, and g x to that of w.

    >>> x, w, g = np.array([[[1., 2., 4.]]]), np.array([[[1., -1.]]]), np.array([[[1., 10.]]])
    >>> conv_backward(g, x, w, stride=(1,), padding=((0, 0),), dilation=(1,), groups=1)[0]
    array([[[  1.,   9., -10.]]])
    """
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for at_y, at_w, at_x in _terms(x.shape, weight.shape, stride, padding, dilation, groups):
        grad_x[at_x] += grad_output[at_y] * weight[at_w]
        grad_weight[at_w] += grad_output[at_y] * x[at_x]
    return grad_x, grad_weight, grad_output.sum(axis=(0, *range(2, x.ndim)))


def conv_transpose(x, weight, bias, *, size, stride, padding, dilation, groups):
    r"""Transposed convolution: :math:`z[n, c, u s + v d - p] \mathrel{+}= w[o, c, v]\, x[n, o, u]`, then the bias.

    `size` is the spatial size of the output z; what falls outside it is dropped.

    >>> x, w = np.array([[[1., 2.]]]), np.array([[[1., 10., 100.]]])
    >>> conv_transpose(x, w, np.zeros(1), size=(5,), stride=(2,), padding=((0, 0),), dilation=(1,), groups=1)
    array([[[  1.,  10., 102.,  20., 200.]]])
    """
    z = np.zeros((x.shape[0], weight.shape[1] * groups, *size), dtype=x.dtype)
    for at_x, at_w, at_z in _terms(z.shape, weight.shape, stride, padding, dilation, groups):
        z[at_z] += weight[at_w] * x[at_x]
    return z + bias.reshape(-1, *(1,) * len(size))


def conv_transpose_backward(grad_output, x, weight, *, stride, padding, dilation, groups):
    """Gradients (x, weight, bias) of `conv_transpose`, by the chain rule, product by product.

    >>> x, w, g = np.array([[[1., 2.]]]), np.array([[[1., 10.]]]), np.array([[[1., 1., 1.]]])
    >>> conv_transpose_backward(g, x, w, stride=(1,), padding=((0, 0),), dilation=(1,), groups=1)[0]
    array([[[11., 11.]]])
    """
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for at_x, at_w, at_z in _terms(grad_output.shape, weight.shape, stride, padding, dilation, groups):
        grad_x[at_x] += grad_output[at_z] * weight[at_w]
        grad_weight[at_w] += grad_output[at_z] * x[at_x]
    return grad_x, grad_weight, grad_output.sum(axis=(0, *range(2, x.ndim)))


def padding_source(i, n, mode):
    """Position on an axis of size n of which position i, perhaps outside, is a copy; None where it is zero.

    >>> [padding_source(i, 3, "reflect") for i in range(-2, 5)]
    [2, 1, 0, 1, 2, 1, 0]
    """
    if 0 <= i < n:
        return i
    if mode == "constant":
        return None
    if mode == "replicate":
        return 0 if i < 0 else n - 1
    if mode == "reflect":
        return padding_source(-i if i < 0 else 2 * (n - 1) - i, n, mode)
    return padding_source(i + n if i < 0 else i - n, n, mode)  # circular


def _padding_terms(x_shape, padding, mode):
    """Index pairs (y, x) of all the copies that padding makes."""
    lead, size = x_shape[:2], x_shape[2:]
    for n, c in np.ndindex(*lead):
        for u in np.ndindex(*(m + sum(pair) for m, pair in zip(size, padding, strict=True))):
            position = [padding_source(i - pair[0], m, mode) for i, m, pair in zip(u, size, padding, strict=True)]
            if None not in position:
                yield (n, c, *u), (n, c, *position)


def pad(x, padding, mode):
    r"""Padding on the spatial axes, :math:`y[n, c, u] = x[n, c, \sigma(u - p)]`.

    >>> pad(np.array([[[1., 2., 3.]]]), ((1, 2),), "circular")
    array([[[3., 1., 2., 3., 1., 2.]]])
    """
    size = [n + sum(pair) for n, pair in zip(x.shape[2:], padding, strict=True)]
    y = np.zeros((*x.shape[:2], *size), dtype=x.dtype)
    for at_y, at_x in _padding_terms(x.shape, padding, mode):
        y[at_y] = x[at_x]
    return y


def pad_backward(grad_output, x, padding, mode):
    """Gradient of `pad`: each element gets that of all its copies.

    >>> pad_backward(np.array([[[1., 10., 100., 1000.]]]), np.zeros((1, 1, 2)), ((1, 1),), "replicate")
    array([[[  11., 1100.]]])
    """
    grad_x = np.zeros_like(x)
    for at_y, at_x in _padding_terms(x.shape, padding, mode):
        grad_x[at_x] += grad_output[at_y]
    return grad_x


def max_pool(x, kernel_size, *, stride, padding, dilation):
    r"""Max-pooling, :math:`y[n, c, u] = \max_v x[n, c, u s + v d - p]` over the positions inside the input.

    Returns y and, for each output, the position of its maximum: of several equal ones the first in row-major order.
    Hofmann, equation (1.17); Wichmann, equations (5.2) and (5.3).

    >>> max_pool(np.array([[[1., 3., 3., 2.]]]), (2,), stride=(1,), padding=((0, 0),), dilation=(1,))[0]
    array([[[3., 3., 3.]]])
    """
    size = x.shape[2:]
    y = np.full((*x.shape[:2], *output_shape(size, kernel_size, stride, padding, dilation)), -np.inf, dtype=x.dtype)
    winner = {}
    for n, c in np.ndindex(*x.shape[:2]):
        for u, start in _windows(size, kernel_size, stride, padding, dilation):
            for _, position in _positions(start, kernel_size, dilation):
                if not _inside(position, size):
                    continue
                if (n, c, *u) not in winner or x[(n, c, *position)] > y[(n, c, *u)]:
                    y[(n, c, *u)] = x[(n, c, *position)]
                    winner[(n, c, *u)] = (n, c, *position)
    return y, winner


def max_pool_backward(grad_output, x, kernel_size, *, stride, padding, dilation):
    """Gradient of `max_pool`: each output's gradient goes to its maximum, and adds up where windows overlap.

    >>> g, x = np.array([[[1., 10., 100.]]]), np.array([[[1., 3., 3., 2.]]])
    >>> max_pool_backward(g, x, (2,), stride=(1,), padding=((0, 0),), dilation=(1,))
    array([[[  0.,  11., 100.,   0.]]])
    """
    grad_x = np.zeros_like(x)
    for at_y, at_x in max_pool(x, kernel_size, stride=stride, padding=padding, dilation=dilation)[1].items():
        grad_x[at_x] += grad_output[at_y]
    return grad_x


def avg_pool(x, kernel_size, *, stride, padding, count_include_pad):
    """Average pooling; the padding counts as zeros, or, without `count_include_pad`, not at all.

    Wichmann, equation (5.6), with a stride.

    >>> avg_pool(np.array([[[2., 4.]]]), (2,), stride=(1,), padding=((1, 0),), count_include_pad=False)
    array([[[2., 3.]]])
    """
    size, ones = x.shape[2:], (1,) * (x.ndim - 2)
    y = np.zeros((*x.shape[:2], *output_shape(size, kernel_size, stride, padding, ones)), dtype=x.dtype)
    for n, c in np.ndindex(*x.shape[:2]):
        for u, start in _windows(size, kernel_size, stride, padding, ones):
            inside = [p for _, p in _positions(start, kernel_size, ones) if _inside(p, size)]
            count = np.prod(kernel_size) if count_include_pad else len(inside)
            y[(n, c, *u)] = sum(x[(n, c, *p)] for p in inside) / count
    return y


def avg_pool_backward(grad_output, x, kernel_size, *, stride, padding, count_include_pad):
    """Gradient of `avg_pool`: each output's gradient is shared out among the elements it averaged.

    >>> g, x = np.array([[[2., 20.]]]), np.zeros((1, 1, 3))
    >>> avg_pool_backward(g, x, (2,), stride=(1,), padding=((0, 0),), count_include_pad=True)
    array([[[ 1., 11., 10.]]])
    """
    grad_x, size, ones = np.zeros_like(x), x.shape[2:], (1,) * (x.ndim - 2)
    for n, c in np.ndindex(*x.shape[:2]):
        for u, start in _windows(size, kernel_size, stride, padding, ones):
            inside = [p for _, p in _positions(start, kernel_size, ones) if _inside(p, size)]
            count = np.prod(kernel_size) if count_include_pad else len(inside)
            for p in inside:
                grad_x[(n, c, *p)] += grad_output[(n, c, *u)] / count
    return grad_x
