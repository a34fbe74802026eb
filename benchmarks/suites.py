"""What is measured: each suite yields the rows of one table, `ours` against whatever else is installed.

It prints the rows of a suite: `python benchmarks/suites.py conv_forward`, `python benchmarks/suites.py network VGG-16`.
"""

import io
import json
import sys
import warnings
from dataclasses import asdict

import numpy as np
import peers
from catalogue import FIVE, NETWORKS, PHOTOGRAPH
from measure import side_by_side
from rivals import onnx, onnx_node, onnx_session, onnxruntime, optional, torch, torch_forward, torch_function

import cnn_course
from cnn_course import conv2d, conv2d_backward, nets, reference
from cnn_course.functional.loss import cross_entropy, cross_entropy_backward
from cnn_course.nn.inference import freeze
from cnn_course.signals.filtering import fast_convolve
from cnn_course.training.loop import fit
from cnn_course.training.optim import SGD

twins = optional("twins")
rng = np.random.default_rng(0)

# name: images, channels, outputs, pixels on a side, kernel, stride, padding
TWENTY_LAYERS = {
    "VGG conv1_1": (1, 3, 64, 224, 3, 1, 1),
    "VGG conv1_2": (1, 64, 64, 224, 3, 1, 1),
    "VGG conv2_2": (1, 128, 128, 112, 3, 1, 1),
    "VGG conv3_2": (1, 256, 256, 56, 3, 1, 1),
    "VGG conv4_2": (1, 512, 512, 28, 3, 1, 1),
    "VGG conv5": (1, 512, 512, 14, 3, 1, 1),
    "AlexNet conv1": (1, 3, 64, 224, 11, 4, 2),
    "AlexNet conv2": (1, 64, 192, 27, 5, 1, 2),
    "ResNet stem": (1, 3, 64, 224, 7, 2, 3),
    "1x1 64-256 at 56": (1, 64, 256, 56, 1, 1, 0),
    "1x1 256-64 at 56": (1, 256, 64, 56, 1, 1, 0),
    "1x1 512-128 at 28": (1, 512, 128, 28, 1, 1, 0),
    "1x1 1024-256 at 14": (1, 1024, 256, 14, 1, 1, 0),
    "1x1 512-2048 at 7": (1, 512, 2048, 7, 1, 1, 0),
    "1x1 256-512 at 56, stride 2": (1, 256, 512, 56, 1, 2, 0),
    "3x3 64 at 56": (1, 64, 64, 56, 3, 1, 1),
    "3x3 128 at 28": (1, 128, 128, 28, 3, 1, 1),
    "3x3 256 at 14": (1, 256, 256, 14, 3, 1, 1),
    "3x3 512 at 7": (1, 512, 512, 7, 3, 1, 1),
    "3x3 128 at 56, stride 2": (1, 128, 128, 56, 3, 2, 1),
}
BATCHES = {
    "LeNet conv1, 64 images": (64, 1, 6, 32, 5, 1, 0),
    "LeNet conv2, 64 images": (64, 6, 16, 14, 5, 1, 0),
    "3x3 64 at 32, 32 images": (32, 64, 64, 32, 3, 1, 1),
}
BACKWARD = {
    "LeNet conv2, 64 images": (64, 6, 16, 14, 5, 1, 0),
    "3x3 64 at 32, 32 images": (32, 64, 64, 32, 3, 1, 1),
    "3x3 64 at 32, stride 2, 32 images": (32, 64, 64, 32, 3, 2, 1),
    "VGG conv3_2": (1, 256, 256, 56, 3, 1, 1),
    "VGG conv4_2": (1, 512, 512, 28, 3, 1, 1),
    "1x1 256-64 at 56, 4 images": (4, 256, 64, 56, 1, 1, 0),
    "4x4 64-128 at 32, stride 2, 32 images": (32, 64, 128, 32, 4, 2, 1),
}
POOLS = {  # images, channels, pixels, kernel, stride, padding
    "2x2, LeNet, 64 images": (64, 6, 28, 2, 2, 0),
    "2x2, VGG 64 at 224": (1, 64, 224, 2, 2, 0),
    "2x2, VGG 256 at 56": (1, 256, 56, 2, 2, 0),
    "2x2, 64 at 32, 32 images": (32, 64, 32, 2, 2, 0),
    "3x3 stride 2, ResNet stem": (1, 64, 112, 3, 2, 1),
    "3x3 stride 2, AlexNet": (1, 64, 55, 3, 2, 0),
    "3x3 stride 1, inception": (1, 192, 28, 3, 1, 1),
}
SUM_ERROR = 1e-5  # of float32 sums of some thousand products, relative to the largest result


def normal(*shape):
    """Random float32 numbers."""
    return rng.standard_normal(shape, dtype=np.float32)


def conv_forward():
    """Convolution layers, forward."""
    for name, (n, c, o, size, k, s, p) in (TWENTY_LAYERS | BATCHES).items():
        x, weight = normal(n, c, size, size), normal(o, c, k, k)
        contenders = {"ours": lambda: conv2d(x, weight, stride=s, padding=p)}
        if torch:
            contenders["PyTorch"] = torch_function("conv2d", x, weight, stride=s, padding=p)
            contenders["PyTorch, channels last"] = torch_function(
                "conv2d", x, weight, channels_last=True, stride=s, padding=p
            )
        if onnx and onnxruntime:
            contenders["ONNX Runtime"] = onnx_node("Conv", [x, weight], strides=[s, s], pads=[p] * 4)
        yield side_by_side("conv2d, forward", name, contenders, tolerance=SUM_ERROR)


def conv_backward():
    """Convolution layers, both gradients."""
    for name, (n, c, o, size, k, s, p) in BACKWARD.items():
        x, weight = normal(n, c, size, size), normal(o, c, k, k)
        g = normal(*conv2d(x, weight, stride=s, padding=p).shape)
        contenders = {"ours": lambda: conv2d_backward(g, x, weight, stride=s, padding=p)}
        if torch:
            tensors = [torch.from_numpy(array) for array in (np.ascontiguousarray(g), x, weight)]
            numbers = ([o], [s, s], [p, p], [1, 1], False, [0, 0], 1, [True, True, True])
            contenders["PyTorch"] = lambda: torch.ops.aten.convolution_backward(*tensors, *numbers)
        yield side_by_side("conv2d, backward", name, contenders, tolerance=SUM_ERROR)


def in_courses():
    """Convolution layers against those that courses write in NumPy, forward, and forward with backward."""
    for name, (n, c, o, size, k, s, p) in (BATCHES | {"VGG conv3_2": TWENTY_LAYERS["VGG conv3_2"]}).items():
        x, weight = normal(n, c, size, size), normal(o, c, k, k)
        g = normal(*conv2d(x, weight, stride=s, padding=p).shape)

        def ours():
            conv2d(x, weight, stride=s, padding=p)
            return conv2d_backward(g, x, weight, stride=s, padding=p)

        def theirs():
            _, columns = peers.forward(x, weight, s, p)
            return peers.backward(g, x, weight, columns, s, p)

        one = {
            "ours": lambda: conv2d(x, weight, stride=s, padding=p),
            "as in courses": lambda: peers.forward(x, weight, s, p)[0],
        }
        both = {"ours": ours, "as in courses": theirs}
        yield side_by_side("conv2d in NumPy, forward", name, one, rounds=5, tolerance=SUM_ERROR)
        yield side_by_side("conv2d in NumPy, forward and backward", name, both, rounds=5, tolerance=SUM_ERROR)


def pooling():
    """Pooling, forward, and forward with backward."""
    for name, (n, c, size, k, s, p) in POOLS.items():
        x, numbers = normal(n, c, size, size), {"stride": s, "padding": p}
        for kind in ("max", "avg"):
            pool, backward = (getattr(cnn_course, f"{kind}_pool2d{end}") for end in ("", "_backward"))
            g = normal(*pool(x, k, **numbers).shape)
            contenders = {"ours": lambda: pool(x, k, **numbers)}
            both = {"ours": lambda: (pool(x, k, **numbers), backward(g, x, k, **numbers))[1]}
            if torch:
                forward = torch_function(f"{kind}_pool2d", x, kernel_size=k, **numbers)
                contenders["PyTorch"] = forward
                both["PyTorch"] = _torch_pool(kind, x, g, k, s, p)
            yield side_by_side(f"{kind}-pooling, forward", name, contenders, tolerance=1e-6)
            yield side_by_side(f"{kind}-pooling, forward and backward", name, both, tolerance=1e-6)


def _torch_pool(kind, x, g, k, s, p):
    x, g = torch.from_numpy(x), torch.from_numpy(np.ascontiguousarray(g))
    window = ([k, k], [s, s], [p, p])

    def maximum():
        _, where = torch.ops.aten.max_pool2d_with_indices(x, *window)
        return torch.ops.aten.max_pool2d_with_indices_backward(g, x, *window, [1, 1], False, where)

    def average():
        torch.ops.aten.avg_pool2d(x, *window)
        return torch.ops.aten.avg_pool2d_backward(g, x, *window, False, True, None)

    return maximum if kind == "max" else average


def filters():
    """One image, one kernel: against each of SciPy's methods."""
    signal, ndimage = optional("scipy.signal"), optional("scipy.ndimage")
    for size in (128, 512, 1024):
        for k in (3, 5, 7, 9, 15, 31, 63, 127):
            image, kernel = rng.standard_normal((size, size)), rng.standard_normal((k, k))
            contenders = {"ours": lambda: fast_convolve(image, kernel, "valid")}
            if signal:
                contenders["SciPy, FFT"] = lambda: signal.fftconvolve(image, kernel, "valid")
                contenders["SciPy, overlap-add"] = lambda: signal.oaconvolve(image, kernel, "valid")
                if k < 16:
                    contenders["SciPy, direct"] = lambda: signal.convolve2d(image, kernel, "valid")
                    inner = (slice(k // 2, size - k // 2),) * 2
                    contenders["SciPy, ndimage"] = lambda: ndimage.convolve(image, kernel, mode="constant")[inner]
            yield side_by_side("one channel", f"{k}x{k} on {size}x{size}", contenders, rounds=5, tolerance=1e-10)


def networks():
    """Whole networks, one image of 224 x 224, for inference."""
    for name in FIVE:
        yield from network(name)


def network(name):
    """One network of the catalogue, one image, for inference."""
    make, shape = NETWORKS[name]
    frozen, x = freeze(make(rng=rng)), normal(1, *shape)
    contenders = {"ours": lambda: frozen(x)}
    if torch and twins.exists(frozen):
        twin = twins.twin(frozen).eval()
        contenders["PyTorch"] = torch_forward(twin, x)
        contenders["PyTorch, channels last"] = torch_forward(twins.twin(frozen).eval(), x, channels_last=True)
        if onnx and onnxruntime:
            session = onnx_session(_exported(twin, x))
            contenders["ONNX Runtime"] = lambda: session.run(None, {session.get_inputs()[0].name: x})[0]
    # Winograd's error in each of up to twenty layers; a small network takes less time than what disturbs it
    rounds = 7 if shape == PHOTOGRAPH else 51
    yield side_by_side("networks, forward", name, contenders, rounds=rounds, tolerance=1e-3)


def _exported(network, x):
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is an old one
        torch.onnx.export(network, (torch.from_numpy(x),), buffer, dynamo=False)
    return buffer.getvalue()


def lenet_step():
    """LeNet-5, training by SGD with momentum: a step, and an epoch as `fit` makes it."""
    for count in (64, 128):
        images, labels = normal(count, 1, 28, 28), rng.integers(0, 10, count)
        net, optimizer, step = lenet_and_pytorch_s_step()

        def ours():
            outputs = net(images)
            net.backward(cross_entropy_backward(1.0, outputs, labels), needs_input_grad=False)
            optimizer.step()
            return cross_entropy(outputs, labels)

        contenders = {"ours": ours}
        if torch:
            x, target = torch.from_numpy(images), torch.from_numpy(labels)
            contenders["PyTorch"] = lambda: step(x, target)
        yield side_by_side("LeNet-5, a training step", f"{count} images", contenders, rounds=101, tolerance=1e-4)

    images, labels = normal(6016, 1, 28, 28), rng.integers(0, 10, 6016)
    net, optimizer, step = lenet_and_pytorch_s_step()
    numbers = {"epochs": 1, "batch_size": 128, "rng": rng, "progress": False}
    contenders = {"ours": lambda: fit(net, optimizer, images, labels, **numbers)}
    if torch:
        x, target = torch.from_numpy(images), torch.from_numpy(labels)

        def pytorch():
            return sum(float(step(x[chosen], target[chosen])) for chosen in torch.randperm(len(x)).split(128))

        contenders["PyTorch"] = pytorch
    yield side_by_side("LeNet-5, a training epoch", "6,016 images by 128", contenders, rounds=11)


def lenet_and_pytorch_s_step():
    """LeNet-5, its optimiser, and a function that makes a step with a twin in PyTorch, if that is installed."""
    net = nets.lenet5(rng=rng)
    optimizer = SGD(net.named_parameters(), lr=0.01, momentum=0.9)
    if not torch:
        return net, optimizer, None
    twin = twins.twin(net)
    rival = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)

    def step(x, target):
        rival.zero_grad()
        loss = torch.nn.functional.cross_entropy(twin(x), target)
        loss.backward()
        rival.step()
        return loss.detach()

    return net, optimizer, step


def definition():
    """How slow the definition in loops is."""
    x, weight = normal(1, 2, 12, 12), normal(3, 2, 3, 3)
    numbers = {"stride": (1, 1), "padding": ((0, 0),) * 2, "dilation": (1, 1), "groups": 1}
    contenders = {
        "ours": lambda: conv2d(x, weight),
        "loops": lambda: reference.conv(x, weight, np.zeros(3, dtype=np.float32), **numbers),
    }
    yield side_by_side("the definition", "3x3 2-3 at 12", contenders, rounds=5, tolerance=SUM_ERROR)


if __name__ == "__main__":
    suite, *arguments = sys.argv[1:]
    for row in globals()[suite](*arguments):
        print(json.dumps(asdict(row)), flush=True)
