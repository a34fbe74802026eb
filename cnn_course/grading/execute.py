"""Runs the statements of a notebook as a notebook does: one after the other, in one namespace."""

import ast
import inspect
import linecache
import signal
import threading
import time
from _thread import interrupt_main

FILE = "<answer>"


def execute(statements, text, names, flags, seconds):
    """Run statements; return the errors of those that failed, by the names that they should have bound.

    No statement takes more than half of the time that is left, so that those below it are run as well.

    Parameters
    ----------
    statements : list of Statement
    text : str
        The whole source, so that errors can show their line.
    names : dict
        The namespace.
    flags : int
        Of the compiler.
    seconds : float
        For all together.
    """
    linecache.cache[FILE] = len(text), None, text.splitlines(keepends=True), FILE
    errors, end = {}, time.monotonic() + seconds
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a shell it would be ignored
    for statement in statements:
        try:
            _run(statement.node, names, flags, (end - time.monotonic()) / 2)
            error = None
        except BaseException as raised:  # SystemExit and KeyboardInterrupt too
            error = raised
        for name in statement.binds:
            errors[name] = error
    return {name: error for name, error in errors.items() if error and name not in names}


def _run(node, names, flags, seconds):
    code = compile(ast.Module([node], []), FILE, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    watch = threading.Timer(max(seconds, 0.01), interrupt_main)
    watch.daemon = True
    watch.start()
    try:
        if code.co_flags & inspect.CO_COROUTINE:
            import asyncio  # takes a while, and is hardly ever needed

            asyncio.run(eval(code, names))
        else:
            exec(code, names)
    except KeyboardInterrupt:
        raise TimeoutError("it takes too long") from None
    finally:
        watch.cancel()
