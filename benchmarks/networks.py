"""The networks of the case studies, built once for any library with PyTorch's names.

`nn` is a namespace with Conv2d, ReLU, MaxPool2d, AvgPool2d, Linear, Flatten, Sequential, Residual and Concat. Batch
normalisations are folded into the convolutions before them, as one does for inference.
"""


def conv_relu(nn, inputs, outputs, kernel_size, **geometry):
    """A convolution and its activation."""
    return [nn.Conv2d(inputs, outputs, kernel_size, **geometry), nn.ReLU()]


def alexnet(nn):
    """The ungrouped variant with 64-192-384-256-256 channels."""
    return nn.Sequential(
        *conv_relu(nn, 3, 64, 11, stride=4, padding=2),
        nn.MaxPool2d(3, 2),
        *conv_relu(nn, 64, 192, 5, padding=2),
        nn.MaxPool2d(3, 2),
        *conv_relu(nn, 192, 384, 3, padding=1),
        *conv_relu(nn, 384, 256, 3, padding=1),
        *conv_relu(nn, 256, 256, 3, padding=1),
        nn.MaxPool2d(3, 2),
        *classifier(nn, 256 * 6 * 6),
    )


def vgg16(nn):
    """VGG-16."""
    layers, channels = [], 3
    for width, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            layers += conv_relu(nn, channels, width, 3, padding=1)
            channels = width
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers, *classifier(nn, 512 * 7 * 7))


def classifier(nn, features):
    """The three fully connected layers of AlexNet and VGG."""
    sizes = [nn.Linear(features, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return [nn.Flatten(), *sizes]


def resnet(nn, depths, *, bottleneck):
    """A residual network with that many blocks a stage; a bottleneck's stride is in its 3x3."""
    layers, channels = [*conv_relu(nn, 3, 64, 7, stride=2, padding=3), nn.MaxPool2d(3, 2, padding=1)], 64
    for stage, depth in enumerate(depths):
        width, outputs = 64 * 2**stage, 64 * 2**stage * (4 if bottleneck else 1)
        for block in range(depth):
            stride = 2 if stage and not block else 1
            shortcut = [nn.Conv2d(channels, outputs, 1, stride=stride)] if stride > 1 or channels != outputs else []
            if bottleneck:
                body = [
                    *conv_relu(nn, channels, width, 1),
                    *conv_relu(nn, width, width, 3, stride=stride, padding=1),
                    nn.Conv2d(width, outputs, 1),
                ]
            else:
                body = [
                    *conv_relu(nn, channels, width, 3, stride=stride, padding=1),
                    nn.Conv2d(width, outputs, 3, padding=1),
                ]
            layers += [nn.Residual(nn.Sequential(*body), *shortcut), nn.ReLU()]
            channels = outputs
    return nn.Sequential(*layers, nn.AvgPool2d(7), nn.Flatten(), nn.Linear(channels, 1000))


def resnet18(nn):
    """ResNet-18."""
    return resnet(nn, (2, 2, 2, 2), bottleneck=False)


def resnet50(nn):
    """ResNet-50."""
    return resnet(nn, (3, 4, 6, 3), bottleneck=True)


def googlenet(nn):
    """The form of 2014, without the auxiliary classifiers; its pools cover the border by padding."""

    def inception(inputs, one, three_in, three, five_in, five, pooled):
        return nn.Concat(
            nn.Sequential(*conv_relu(nn, inputs, one, 1)),
            nn.Sequential(*conv_relu(nn, inputs, three_in, 1), *conv_relu(nn, three_in, three, 3, padding=1)),
            nn.Sequential(*conv_relu(nn, inputs, five_in, 1), *conv_relu(nn, five_in, five, 5, padding=2)),
            nn.Sequential(nn.MaxPool2d(3, 1, padding=1), *conv_relu(nn, inputs, pooled, 1)),
        )

    return nn.Sequential(
        *conv_relu(nn, 3, 64, 7, stride=2, padding=3),
        nn.MaxPool2d(3, 2, padding=1),
        *conv_relu(nn, 64, 64, 1),
        *conv_relu(nn, 64, 192, 3, padding=1),
        nn.MaxPool2d(3, 2, padding=1),
        inception(192, 64, 96, 128, 16, 32, 32),
        inception(256, 128, 128, 192, 32, 96, 64),
        nn.MaxPool2d(3, 2, padding=1),
        inception(480, 192, 96, 208, 16, 48, 64),
        inception(512, 160, 112, 224, 24, 64, 64),
        inception(512, 128, 128, 256, 24, 64, 64),
        inception(512, 112, 144, 288, 32, 64, 64),
        inception(528, 256, 160, 320, 32, 128, 128),
        nn.MaxPool2d(3, 2, padding=1),
        inception(832, 256, 160, 320, 32, 128, 128),
        inception(832, 384, 192, 384, 48, 128, 128),
        nn.AvgPool2d(7),
        nn.Flatten(),
        nn.Linear(1024, 1000),
    )


def lenet5(nn):
    """The dense variant with ReLU and max-pooling, for 32x32 images."""
    return nn.Sequential(
        *conv_relu(nn, 1, 6, 5),
        nn.MaxPool2d(2, 2),
        *conv_relu(nn, 6, 16, 5),
        nn.MaxPool2d(2, 2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
