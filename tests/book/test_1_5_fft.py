"""The statements of the chapter on the fast Fourier transform, over many sizes, with the functions of its cells."""

import ast
from math import ceil, log2
from pathlib import Path

import nbformat
import numpy as np
import pytest

import cnn_course
from cnn_course import convolve, correlate

CHAPTER = Path(__file__).parents[2] / "book" / "1-5-fft.ipynb"
UNIT = 2.0**-53
SIZES = (1, 2, 3, 7, 12)


def functions_of_the_chapter():
    """All functions that the chapter defines, without running the rest of its cells."""
    names = {"np": np, "ceil": ceil, "log2": log2} | {name: getattr(cnn_course, name) for name in cnn_course.__all__}
    for cell in nbformat.read(CHAPTER, as_version=4).cells:
        if cell.cell_type == "code":
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef):
                    exec(compile(ast.Module([node], []), str(CHAPTER), "exec"), names)
    return names


PAGE = functions_of_the_chapter()
dft, inverse_dft, fft = PAGE["dft"], PAGE["inverse_dft"], PAGE["fft"]
circular, convolve_by_fft = PAGE["circular_by_definition"], PAGE["convolve_by_fft"]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def complex_normal(rng, *shape):
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def close(a, b, atol=1e-12):
    """Whether numbers of the size of 1 to 100, in sums of some dozens, agree up to rounding."""
    return np.allclose(a, b, rtol=0, atol=atol)


@pytest.mark.checks("def-dft", "eq-dft-sum")
def test_the_transform_is_the_sum(rng):
    for n in SIZES:
        f = complex_normal(rng, n)
        by_sum = [sum(f[u] * np.exp(-2j * np.pi * k * u / n) for u in range(n)) for k in range(n)]
        assert close(dft(f), by_sum)
        assert close(dft(f), np.fft.fft(f))


@pytest.mark.checks("thm-dft-inversion")
def test_waves_are_orthogonal():
    for n in SIZES:
        u = np.arange(n)
        waves = np.exp(2j * np.pi * np.outer(u, u) / n)
        assert close(waves @ np.conj(waves).T, n * np.eye(n))


@pytest.mark.checks("thm-dft-inversion", "eq-inverse-dft")
def test_the_signal_comes_back_and_the_weights_are_unique(rng):
    for n in SIZES:
        f, weights = complex_normal(rng, 2, n)
        assert close(inverse_dft(dft(f)), f)
        assert close(inverse_dft(weights), np.fft.ifft(weights))
        assert close(dft(inverse_dft(weights)), weights)


@pytest.mark.checks("thm-dft-inversion", "eq-parseval")
def test_inner_products_are_kept_up_to_n(rng):
    for n in SIZES:
        f, g = complex_normal(rng, 2, n)
        assert np.isclose(np.vdot(g, f), np.vdot(dft(g), dft(f)) / n, rtol=0, atol=1e-12)
        assert np.isclose(np.linalg.norm(dft(f)), np.sqrt(n) * np.linalg.norm(f), rtol=1e-12)


@pytest.mark.checks("eq-real-spectrum", "eq-two-for-one")
def test_real_signals_need_half(rng):
    for n in SIZES:
        f, g = rng.standard_normal((2, n))
        backwards = -np.arange(n)
        assert close(dft(f)[backwards], np.conj(dft(f)))
        assert close(dft(f)[: n // 2 + 1], np.fft.rfft(f))
        v = dft(f + 1j * g)
        mirrored = np.conj(v[backwards])
        assert close((v + mirrored) / 2, dft(f))
        assert close((v - mirrored) / 2j, dft(g))


@pytest.mark.checks("def-circular", "eq-circular-sum", "thm-dft-convolution")
def test_circular_convolution_is_a_product_of_transforms(rng):
    for n in SIZES:
        f, h = complex_normal(rng, 2, n)
        around = np.zeros(n, dtype=complex)
        for s in range(n):
            for t in range(n):
                around[(s + t) % n] += f[s] * h[t]
        assert close(circular(f, h), around)
        assert close(dft(around), dft(f) * dft(h), 1e-11)
        assert close(cnn_course.circular_convolve(f, h), around)


@pytest.mark.checks("thm-dft-convolution")
def test_shifts_and_convolutions_multiply_waves(rng):
    n = 12
    f, h = complex_normal(rng, 2, n)
    k = np.arange(n)
    for shift in (1, 5, -2):
        assert close(dft(np.roll(f, shift)), np.exp(-2j * np.pi * k * shift / n) * dft(f), 1e-11)
    for frequency in k:
        wave = np.exp(2j * np.pi * frequency * k / n)
        assert close(circular(wave, h), dft(h)[frequency] * wave)


@pytest.mark.checks("prop-only-waves")
def test_eigenvectors_of_the_shift_are_waves():
    n = 12
    powers = np.exp(-2j * np.pi * np.arange(n) / n)
    eigenvalues, eigenvectors = np.linalg.eig(np.roll(np.eye(n), 1, axis=0))
    found = [int(np.argmin(np.abs(powers - value))) for value in eigenvalues]
    assert sorted(found) == list(range(n))
    for k, value, x in zip(found, eigenvalues, eigenvectors.T, strict=True):
        assert np.isclose(powers[k], value, rtol=0, atol=1e-12)
        assert close(x, x[0] * powers[k] ** -np.arange(n))


@pytest.mark.checks("lem-wrapped", "eq-wrapped", "eq-one-wrap", "thm-zero-padding")
def test_short_transforms_wrap_around_and_spoil_the_first_values(rng):
    for n, m in ((5, 5), (7, 3), (4, 9), (6, 1), (1, 1)):
        f, h = rng.integers(1, 10, size=n), rng.integers(1, 10, size=m)
        linear = np.append(convolve(f, h), np.zeros(40))
        for N in range(max(n, m), n + m + 3):
            found = PAGE["convolve_in_length"](f, h, N).round(9)
            assert np.array_equal(found, linear[:N] + linear[N : 2 * N])
            right = found == linear[:N]
            spoiled = max(n + m - 1 - N, 0)
            assert right[spoiled:].all()
            assert spoiled == 0 or not right[spoiled - 1]


@pytest.mark.checks("thm-zero-padding")
def test_the_valid_values_need_no_zeros(rng):
    f, h = rng.standard_normal(100), rng.standard_normal(30)
    assert close(PAGE["convolve_in_length"](f, h, 100)[29:], convolve(f, h, "valid"))
    for mode in ("full", "same", "valid"):
        assert close(cnn_course.fft_convolve(f, h, mode), convolve(f, h, mode))


@pytest.mark.checks("prop-conjugate-spectrum", "eq-conjugate-spectrum")
def test_correlation_takes_the_conjugate(rng):
    for n, m, N in ((4, 3, 6), (4, 3, 11), (1, 5, 5), (50, 20, 69)):
        f, h = complex_normal(rng, n), complex_normal(rng, m)
        around = np.fft.ifft(np.conj(np.fft.fft(h, N)) * np.fft.fft(f, N))
        for u in range(-(m - 1), n):
            direct = sum(np.conj(h[t]) * f[u + t] for t in range(m) if 0 <= u + t < n)
            assert np.isclose(around[u % N], direct, rtol=0, atol=1e-11)
    f, h = rng.integers(-9, 10, size=20), rng.integers(-9, 10, size=6)
    product = np.conj(np.fft.fft(h, 25)) * np.fft.fft(f, 25)
    assert np.array_equal(np.roll(np.fft.ifft(product).real.round(9), 5), correlate(f, h))
    for n, m in ((7, 3), (5, 5), (6, 1)):
        f, h = rng.integers(-9, 10, size=n), rng.integers(-9, 10, size=m)
        around = np.fft.ifft(np.conj(np.fft.fft(h, n)) * np.fft.fft(f)).real.round(9)
        assert np.array_equal(around[: n - m + 1], correlate(f, h, "valid"))
    g = complex_normal(rng, 9)
    itself = [sum(np.conj(g[t]) * g[(u + t) % 9] for t in range(9)) for u in range(9)]
    assert close(dft(itself), np.abs(dft(g)) ** 2, 1e-11)


@pytest.mark.checks("thm-dft-2d", "eq-dft-2d")
def test_images_are_transformed_by_rows_and_columns(rng):
    x, w = rng.integers(-9, 10, size=(7, 5)), rng.integers(-9, 10, size=(3, 4))
    rows_done = np.array([dft(row) for row in x])
    assert close(np.array([dft(column) for column in rows_done.T]).T, np.fft.fft2(x), 1e-11)
    columns_done = np.array([dft(column) for column in x.T]).T
    assert close([dft(row) for row in columns_done], np.fft.fft2(x), 1e-11)
    assert close(np.conj(np.fft.fft2(np.conj(np.fft.fft2(x)))) / 35, x)
    size = (7 + 3 - 1, 5 + 4 - 1)
    product = np.fft.fft2(x, size) * np.fft.fft2(w, size)
    assert np.array_equal(np.fft.ifft2(product).real.round(9), convolve(x, w))


@pytest.mark.checks("thm-dft-2d")
def test_images_wrap_around_on_both_axes(rng):
    x, w = rng.integers(-9, 10, size=(7, 5)), rng.integers(-9, 10, size=(3, 4))
    around = np.zeros((7, 5))
    for i, j, a, b in np.ndindex(7, 5, 3, 4):
        around[(i + a) % 7, (j + b) % 5] += x[i, j] * w[a, b]
    found = np.fft.ifft2(np.fft.fft2(x) * np.fft.fft2(w, x.shape)).real.round(9)
    assert np.array_equal(found, around)
    assert np.array_equal(found[2:, 3:], convolve(x, w, "valid"))
    assert not np.array_equal(found, convolve(x, w)[:7, :5])


@pytest.mark.checks("thm-radix-2", "eq-butterfly")
def test_two_halves_make_the_whole(rng):
    for n in (2, 6, 14, 64):
        f = complex_normal(rng, n)
        even, odd, turn = dft(f[0::2]), dft(f[1::2]), np.exp(-2j * np.pi * np.arange(n // 2) / n)
        assert close(dft(f), np.concatenate([even + turn * odd, even - turn * odd]), 1e-11)


@pytest.mark.checks("thm-radix-2")
def test_the_program_of_the_page_is_the_transform(rng):
    for n in (1, 2, 4, 64, 1024):
        f = complex_normal(rng, n)
        assert close(fft(f), np.fft.fft(f))
    for n, m in ((1, 1), (4, 3), (500, 500), (1000, 3)):
        f, h = rng.standard_normal(n), rng.standard_normal(m)
        assert close(convolve_by_fft(f, h), convolve(f, h))


def test_the_slices_put_the_inputs_into_bit_reversed_order():
    def order(indices):
        return indices if len(indices) == 1 else order(indices[0::2]) + order(indices[1::2])

    for p in (1, 3, 6):
        assert order(list(range(2**p))) == [int(f"{line:0{p}b}"[::-1], 2) for line in range(2**p)]


class Counted:
    """A complex number that keeps books."""

    products = sums = 0

    def __init__(self, value):
        self.value = complex(value)

    def __add__(self, other):
        Counted.sums += 1
        return Counted(self.value + other.value)

    def __sub__(self, other):
        Counted.sums += 1
        return Counted(self.value - other.value)

    def __rmul__(self, factor):
        Counted.products += 1
        return Counted(factor * self.value)


@pytest.mark.checks("thm-fft-cost")
def test_the_program_of_the_page_counts_its_own_operations(rng):
    for p in range(11):
        n = 2**p
        f = rng.standard_normal(n)
        Counted.products = Counted.sums = 0
        found = fft(np.array([Counted(value) for value in f], dtype=object))
        assert close([number.value for number in found], np.fft.fft(f))
        assert (Counted.products, Counted.sums) == (n // 2 * p, n * p)


@pytest.mark.checks("eq-recursion")
def test_the_recursion_is_solved():
    def cost(n, a, b):
        return b if n == 1 else 2 * cost(n // 2, a, b) + a * n

    for p in range(12):
        assert cost(2**p, 3, 7) == 3 * 2**p * p + 7 * 2**p


@pytest.mark.checks("prop-any-length", "eq-chirp")
def test_every_length_is_a_convolution(rng):
    for n in (1, 2, 3, 12, 1009):
        f = complex_normal(rng, n)
        assert close(PAGE["fft_of_any_length"](f), np.fft.fft(f), 1e-11)


@pytest.mark.checks("thm-overlap-add", "eq-overlap-add")
def test_blocks_add_up(rng):
    f, h = rng.standard_normal(1000), rng.standard_normal(30)
    for length in (1, 7, 30, 226, 1000, 5000):
        assert close(PAGE["overlap_add_by_blocks"](f, h, length), convolve(f, h))
        assert close(cnn_course.overlap_add(f, h, block=length), convolve(f, h))


@pytest.mark.checks("eq-cost-fft", "prop-crossover")
def test_where_a_transform_of_the_whole_pays():
    detour, direct, power = PAGE["detour"], PAGE["direct"], PAGE["power_of_two"]
    for n in (1, 2, 32, 100, 980, 12345, 2**14 - 100):
        for m in range(1, 200):
            if m <= 3.75 * log2(n) or detour(n + m - 1) >= direct(n, m):
                assert detour(power(n + m - 1)) >= direct(n, m)
    for p in range(6, 18):
        for m in range(1, min(2**p, 500) + 1):
            assert (detour(power(2**p + m - 1)) < direct(2**p, m)) == (m > 7.5 * p + 10.5)


@pytest.mark.checks("thm-fft-cost", "eq-cost-fft")
def test_the_count_of_a_power_of_two_is_that_of_the_program():
    for p in (3, 8):
        n = 2**p
        Counted.products = Counted.sums = 0
        fft(np.array([Counted(value) for value in range(n)], dtype=object))
        one = (6 * Counted.products + 2 * Counted.sums) / 2
        assert PAGE["detour"](n) == 3 * one + 6 * n / 2


@pytest.mark.checks("eq-cost-overlap", "eq-overlap-bound", "prop-crossover")
def test_blocks_pay_from_24_on():
    blocks = PAGE["blocks"]
    assert [m for m in range(1, 33) if blocks(m) < 2 * m] == list(range(24, 33))
    for m in range(32, 2000):
        assert blocks(m) < 20 / 3 * log2(m) + 24 + 1 / 3 <= 2 * m


@pytest.mark.checks("prop-many-channels", "eq-layer-spectrum")
@pytest.mark.parametrize(("B", "C", "O"), [(1, 64, 64), (2, 3, 5)])
def test_a_layer_by_transforms(rng, monkeypatch, B, C, O):
    x, weight = rng.standard_normal((B, C, 11, 13)), rng.standard_normal((O, C, 4, 3))
    counts = {"rfftn": 0, "irfftn": 0}

    def counted(name):
        transform = getattr(np.fft, name)

        def count(a, *arguments):
            counts[name] += a.shape[0] * a.shape[1]
            return transform(a, *arguments)

        return count

    for name in counts:
        monkeypatch.setattr(np.fft, name, counted(name))
    found = cnn_course.fft_conv(x, weight)
    monkeypatch.undo()
    assert counts == {"rfftn": B * C + C * O, "irfftn": B * O}
    x_hat, w_hat = np.fft.rfft2(x), np.fft.rfft2(weight, (11, 13))
    assert x_hat.shape[2:] == (11, 13 // 2 + 1)
    y_hat = np.einsum("ochw,nchw->nohw", np.conj(w_hat), x_hat)
    y = np.fft.irfft2(y_hat, (11, 13))[:, :, : 11 - 4 + 1, : 13 - 3 + 1]
    assert close(found, cnn_course.conv2d(x, weight), 1e-11)
    assert close(y, cnn_course.conv2d(x, weight), 1e-11)


@pytest.mark.checks("prop-many-channels")
def test_prepared_kernels_give_the_layer(rng, monkeypatch):
    x, w = rng.standard_normal((2, 3, 11, 13)), rng.standard_normal((5, 3, 4, 3))
    monkeypatch.setitem(PAGE, "H", 11)
    monkeypatch.setitem(PAGE, "W", 13)
    y = PAGE["back"](PAGE["there"](x) @ PAGE["prepared"](np.fft.rfft2(w, (11, 13))))
    assert close(y[:, :, :8, :11], cnn_course.conv2d(x, w), 1e-11)


@pytest.mark.checks("thm-fft-error", "eq-fft-error")
def test_the_error_of_a_transform_is_below_its_bound(rng):
    # where long double is no longer than double, its own error is far below the bound all the same
    for p in (2, 6, 10, 14):
        u = np.arange(2**p // 2)
        angles = 2 * np.arccos(np.longdouble(-1)) * u / 2**p
        exact = np.cos(angles) - 1j * np.sin(angles)
        assert np.max(np.abs(np.exp(-2j * np.pi * u / 2**p) - exact)) < 7 * UNIT
        f = complex_normal(rng, 2**p)
        exact = np.fft.fft(f.astype(np.clongdouble))
        error = float(np.linalg.norm(fft(f) - exact) / np.linalg.norm(exact))
        assert error < np.expm1(p * np.log1p(11 * UNIT))


@pytest.mark.checks("cor-convolution-error", "eq-convolution-error")
@pytest.mark.parametrize(("dtype", "unit"), [(np.float64, UNIT), (np.float32, 2.0**-24)])
def test_the_error_of_a_convolution_is_below_its_bound(rng, dtype, unit):
    for n, m in ((1000, 300), (44100, 441)):
        f, h = rng.standard_normal(n).astype(dtype), rng.standard_normal(m).astype(dtype)
        y = cnn_course.fft_convolve(f, h)
        assert y.dtype == dtype
        exact = np.convolve(f.astype(np.longdouble), h.astype(np.longdouble))
        bound = (33 * ceil(log2(n + m - 1)) + 3) * unit * np.linalg.norm(f) * np.sum(np.abs(h))
        assert np.max(np.abs(y - exact)) < bound
        assert np.max(np.abs(y - exact)) < 1e4 * unit * np.max(np.abs(exact))


@pytest.mark.checks("cor-convolution-error")
def test_quiet_values_are_lost_beside_loud_ones(rng):
    f, h = rng.uniform(1, 2, size=200), np.array([1.0, 2.0, 1.0])
    f[100:] *= 1e-20
    exact = 1e-20 * convolve(f[100:] * 1e20, h)[2:100]
    assert np.allclose(convolve(f, h)[102:200], exact, rtol=1e-14, atol=0)
    lost = np.abs(cnn_course.fft_convolve(f, h)[102:200] - exact)
    assert 100 * np.max(exact) < np.max(lost) < 1e-12
