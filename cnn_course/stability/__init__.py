"""How far the output of a network can move when its input moves: norms, certificates, attacks, shifts and warps."""

from cnn_course.stability.attack import pgd_attack, smallest_perturbations
from cnn_course.stability.certificate import certificate, certified_radius, lipschitz_bound
from cnn_course.stability.classical import (
    entry_bound,
    frobenius_bound,
    reshaped_bounds,
    schur_bound,
    singla_feizi_bound,
    tap_norm_bound,
    young_bound,
)
from cnn_course.stability.conv_norm import circular_norm, symbol_norm
from cnn_course.stability.jacobian import jacobian_norm, worst_direction
from cnn_course.stability.lanczos import operator_norm
from cnn_course.stability.tangent import linearize

__all__ = [
    "certificate",
    "certified_radius",
    "circular_norm",
    "entry_bound",
    "frobenius_bound",
    "jacobian_norm",
    "linearize",
    "lipschitz_bound",
    "operator_norm",
    "pgd_attack",
    "reshaped_bounds",
    "schur_bound",
    "singla_feizi_bound",
    "smallest_perturbations",
    "symbol_norm",
    "tap_norm_bound",
    "worst_direction",
    "young_bound",
]
