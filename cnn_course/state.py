"""Loading named arrays: all of them, or none."""

import numpy as np


def load_arrays(function, targets, given):
    """Copy each array of the mapping `given` into the array of `targets` that has its name.

    If any name, shape or dtype differs, nothing is copied, and one ValueError lists all that differs.
    """
    given = {name: np.asarray(array) for name, array in given.items()}
    faults = [
        f"{fault} {', '.join(names)}"
        for fault, names in (
            ("missing", [name for name in targets if name not in given]),
            ("unexpected", [name for name in given if name not in targets]),
        )
        if names
    ]
    for name in (name for name in targets if name in given):
        if given[name].shape != targets[name].shape:
            faults.append(f"{name} must have shape {targets[name].shape}, got {given[name].shape}")
        if given[name].dtype != targets[name].dtype:
            faults.append(f"{name} must have dtype {targets[name].dtype}, got {given[name].dtype}")
    if faults:
        raise ValueError(f"{function}: {'; '.join(faults)}")
    for name, target in targets.items():
        target[...] = given[name]
