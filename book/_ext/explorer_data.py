"""What explorers need of the package: by the name that they load, a function that returns what JSON can hold."""

from functools import partial

from digit_data import network, sample
from field_data import case_studies
from photograph_data import photographs, sweep

DATA = {name: partial(network, name) for name in ("lenet5-mnist", "lenet5-mnist-certified")}
DATA |= {"mnist-sample": sample, "field": case_studies, "photograph": photographs, "sweep": sweep}
