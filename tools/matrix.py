"""Run the tests with other versions of Python and of the libraries, or with other kernels of the processor.

    python tools/matrix.py [3.13-oldest ...]
    python tools/matrix.py --kernels [least ...] [--steps notebooks exercises]

Each combination, all if none is named, prints a line; its output is in `.matrix`. The libraries are the oldest that
`pyproject.toml` allows and that can be installed, those pinned in `requirements.txt`, or the newest. A Python that is
not on the PATH, and a setting that changes nothing on this processor, is not run, and fails only if it is named.
Figures are compared with the pinned libraries only: each Matplotlib has its own way.
"""

import argparse
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

LOGS = Path(".matrix")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
UV = [sys.executable, "-m", "uv"]
WHEELS = ["--only-binary", ":all:", "--requirements", "pyproject.toml", "--all-extras"]
INSTALL = {
    "oldest": ["pip", "install", "--resolution", "lowest-direct", *WHEELS],
    "pinned": ["pip", "sync", "requirements.txt"],
    "newest": ["pip", "install", *WHEELS],
}
PYTEST = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
NBVAL = [*PYTEST, "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
STEPS = {
    "tests": [*PYTEST, "--ignore", "tests/site"],  # which need the built site
    "notebooks": [*NBVAL, *map(str, sorted(Path("book").glob("*.ipynb")))],
    "book": ["tools/check_book.py"],
    "exercises": ["tools/check_exercises.py"],
}
OTHER_MATPLOTLIB = ["--nbval-sanitize-with", "tools/figures.cfg"]
CORES = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX")  # names of OpenBLAS
KERNELS = """
import json, numpy, threadpoolctl
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
numpy.ones((64, 64)) @ numpy.ones((64, 64))
blas = [f"{b['internal_api']} {b.get('architecture')} x {b['num_threads']}" for b in threadpoolctl.threadpool_info()]
print(json.dumps([", ".join(blas) or "unknown BLAS", [f for f in __cpu_dispatch__ if __cpu_features__[f]]]))
"""
VERSIONS = """
from importlib.metadata import version
print(*(f"{name} {version(name)}" for name in ("numpy", "scipy", "matplotlib", "pytest")), sep=", ")
"""


def versions():
    """What there is to run, by name: each Python with each age of the libraries."""
    return {f"{python}-{age}": partial(environment, python, age) for python in PYTHONS for age in INSTALL}


def environment(python, age, name):
    """Make an environment; return its description, its Python, its variables and the steps to run."""
    if not output([*UV, "python", "find", "--system", "--no-python-downloads", python]):
        raise LookupError(f"there is no Python {python} on the PATH")
    folder = LOGS / name
    program = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    here = ["--quiet", "--python", program]
    for command in (
        ["venv", "--quiet", "--clear", "--system", "--no-python-downloads", "--python", python, str(folder)],
        [*INSTALL[age], *here],
        ["pip", "install", "--no-deps", "--no-build-isolation", "--editable", ".", *here],
    ):
        if not succeeds([*UV, *command], name):
            raise RuntimeError("cannot be installed")
    figures = [] if age == "pinned" else OTHER_MATPLOTLIB
    return output([program, "-c", VERSIONS]), program, {}, STEPS | {"notebooks": [*STEPS["notebooks"], *figures]}


def kernels():
    """What there is to run, by name: the processor's own choice, and each setting."""
    dispatched = json.loads(output([sys.executable, "-c", KERNELS]))[1]
    settings = {"plain": {}} | {core: {"OPENBLAS_CORETYPE": core} for core in CORES}
    settings["no-dispatch"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(dispatched)}
    settings |= {f"threads-{n}": {"OPENBLAS_NUM_THREADS": str(n)} for n in (1, 2)}
    settings["least"] = settings["Prescott"] | settings["no-dispatch"] | settings["threads-1"]
    ran = {}
    return {name: partial(setting, variables, ran) for name, variables in settings.items()}


def setting(variables, ran, name):
    """Look which kernels the variables bring about; return them, the Python, the variables and the steps to run."""
    found = output([sys.executable, "-c", KERNELS], variables)
    if not found:
        raise LookupError("this processor cannot")
    if found in ran:
        raise LookupError(f"the same kernels as {ran[found]}")
    ran[found] = name
    blas, features = json.loads(found)
    steps = {step: STEPS[step] for step in ("notebooks", "exercises")}
    steps["tests"] = [*PYTEST, "cnn_course", "tests/package", "tests/book"]
    return f"{blas}, NumPy {' '.join(features) or 'without dispatch'}", sys.executable, variables, steps


def output(command, variables=None):
    """What a command prints; nothing if it fails."""
    done = subprocess.run(command, env=os.environ | (variables or {}), capture_output=True, encoding="utf-8")
    return "" if done.returncode else done.stdout.strip()


def succeeds(command, name, variables=None):
    """Run a command whose output goes to the log; if it fails, print the end of that, too."""
    with (LOGS / f"{name}.log").open("ab+") as log:
        start = log.tell()
        done = subprocess.run(command, env=os.environ | (variables or {}), stdout=log, stderr=log)
        if done.returncode:
            log.seek(start)
            print(log.read().decode(errors="replace")[-5000:], file=sys.stderr)
    return done.returncode == 0


def run(name, prepare, chosen):
    """Run the steps of a combination; return its line, and whether they passed, or None if there is nothing to run."""
    (LOGS / f"{name}.log").unlink(missing_ok=True)
    try:
        description, python, variables, steps = prepare(name)
    except LookupError as why:
        return f"not run: {why.args[0]}", None
    except RuntimeError as why:
        return f"FAILED: {why}", False
    passed = {step: succeeds([python, *steps[step]], name, variables) for step in chosen or steps}
    verdicts = ", ".join(f"{step} {'passed' if ok else 'FAILED'}" for step, ok in passed.items())
    return f"{verdicts} ({description})", all(passed.values())


def main(arguments=None):
    """Run the combinations named, or all; the exit status tells whether one failed, or nothing was run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="combinations; all, if none is named")
    parser.add_argument("--kernels", action="store_true", help="vary the kernels, not the versions")
    parser.add_argument("--steps", nargs="+", choices=STEPS, help="what to run; all, if none is named")
    options = parser.parse_args(arguments)
    known = kernels() if options.kernels else versions()
    if unknown := sorted(set(options.names) - set(known)):
        parser.error(f"there is no {unknown[0]}; known are {', '.join(known)}")
    LOGS.mkdir(exist_ok=True)
    passed = []
    for name in options.names or known:
        line, ok = run(name, known[name], options.steps)
        print(f"{name:12} {line}", flush=True)
        passed.append(not options.names if ok is None else ok)
    return not all(passed)


if __name__ == "__main__":
    sys.exit(main())
