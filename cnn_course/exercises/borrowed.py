"""Whether an answer leaves its work to the course's own functions, which are made of solutions."""

import dis
from types import CodeType, ModuleType

COURSE, FREE = "cnn_course", "cnn_course.exercises"
ADVICE = "an answer may use NumPy, but none of the course's own functions"
WRAPPED = ("__func__", "__wrapped__", "func", "fget", "pyfunc", "py_func")  # functions inside of others


def borrowed(name, names):
    r"""Return the function or module of the course that an answer uses, as text, or None.

    Functions that the answer calls, and those that it is wrapped in, are looked at as well.

    Parameters
    ----------
    name : str
        Of the answer.
    names : dict
        The variables of the notebook.

    Examples
    --------
    >>> import cnn_course
    >>> names = {}
    >>> exec("from cnn_course import convolve\ntwice = lambda x: convolve(x, [2])\nthrice = lambda x: 3 * x", names)
    >>> borrowed("twice", names), borrowed("thrice", names)
    ('cnn_course.signals.arrays.convolve', None)
    """
    todo, seen = [names.get(name)], set()
    while todo:
        value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if origin := _origin(value):
            return origin
        todo += _parts(value, names)
    return None


def _origin(value):
    """Where in the course a value comes from, or None."""
    if isinstance(value, ModuleType):
        module, name = value.__name__, ""
    else:
        module, name = getattr(value, "__module__", None), getattr(value, "__name__", "")
    if not isinstance(module, str) or module.split(".")[0] != COURSE or module == FREE:
        return None
    return f"{module}.{name}" if name else module


def _parts(value, names):
    """What a function or class uses."""
    if isinstance(value, type):
        return list(vars(value).values()) if value.__module__ == "__main__" else []
    parts = [getattr(value, attribute, None) for attribute in WRAPPED]
    code = getattr(value, "__code__", None)
    if not isinstance(code, CodeType) or getattr(value, "__globals__", None) is not names:
        return [*parts, type(value)]
    parts += [*(getattr(value, "__defaults__", None) or ()), *map(_content, getattr(value, "__closure__", None) or ())]
    codes = [code]
    while codes:
        code = codes.pop()
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                parts.append(names.get(step.argval))
            elif step.opname == "IMPORT_NAME" and step.argval.split(".")[0] == COURSE:
                parts.append(ModuleType(step.argval))
    return parts


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None
