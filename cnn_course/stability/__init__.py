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
from cnn_course.stability.deform import deformation_size, smooth_displacement, translation_bound, warp
from cnn_course.stability.jacobian import jacobian_norm, worst_direction
from cnn_course.stability.lanczos import operator_norm
from cnn_course.stability.shift import shift_change, shift_consistency, stride_equivariance_defect
from cnn_course.stability.tangent import linearize

__all__ = [
    "certificate",
    "certified_radius",
    "circular_norm",
    "deformation_size",
    "entry_bound",
    "frobenius_bound",
    "jacobian_norm",
    "linearize",
    "lipschitz_bound",
    "operator_norm",
    "pgd_attack",
    "reshaped_bounds",
    "schur_bound",
    "shift_change",
    "shift_consistency",
    "singla_feizi_bound",
    "smallest_perturbations",
    "smooth_displacement",
    "stride_equivariance_defect",
    "symbol_norm",
    "tap_norm_bound",
    "translation_bound",
    "warp",
    "worst_direction",
    "young_bound",
]
