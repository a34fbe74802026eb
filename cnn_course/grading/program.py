"""The part of a notebook that an answer needs: the statements that bind its name, and those that bind what they use.

The rest, such as training runs, plots and other exercises, is not executed and cannot do harm.
"""

import ast
import builtins
import difflib
import re
import symtable


class Missing(LookupError):
    """A notebook has no answer of a name; the message says why."""


class Notebook:
    """The statements of a notebook's code cells.

    Parameters
    ----------
    cells : list of (str, str or None)
        As `read_code` returns them.
    """

    def __init__(self, cells):
        self.statements, self.broken = [], []
        for source, _ in cells:
            try:
                source, body = _parse(source)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.broken.append((source, error))
                continue
            self.statements += [(_bound(node), node, ast.get_source_segment(source, node)) for node in body]
        self._drop_stubs()

    def program(self, name):
        """The source of everything that the answer of a name needs, in the notebook's order.

        Raises
        ------
        Missing
            If nothing has that name.
        """
        if not any(name in names for names, _, _ in self.statements):
            raise Missing(self._reason(name))
        needed, chosen = {name}, set()
        while True:
            more = {i for i, (names, _, _) in enumerate(self.statements) if names & (needed | {"*"})} - chosen
            if not more:
                return "\n".join(self._text(i) for i in sorted(chosen)) + "\n"
            chosen |= more
            needed |= set().union(*(_used(self.statements[i][1]) for i in more))

    def defined(self):
        """Names that the notebook binds."""
        return set().union(*(names for names, _, _ in self.statements))

    def _text(self, i):
        _, node, text = self.statements[i]
        decorators = "".join(f"@{ast.unparse(d)}\n" for d in getattr(node, "decorator_list", ()))
        return decorators + text

    def _drop_stubs(self):
        """A stub that was copied below an answer does not hide it."""
        answered = {node.name for _, node, _ in self.statements if _is_function(node) and not _is_stub(node)}
        self.statements = [s for s in self.statements if not (_is_stub(s[1]) and s[1].name in answered)]

    def _reason(self, name):
        for source, error in self.broken:
            if re.search(rf"^\s*(def\s+{name}\b|{name}\s*=)", source, re.MULTILINE):
                where = f" (line {error.lineno})" if getattr(error, "lineno", None) else ""
                return f"the cell with {name} is no Python: {getattr(error, 'msg', error)}{where}"
        functions = {node.name for _, node, _ in self.statements if _is_function(node)}
        near = difflib.get_close_matches(name, functions, n=1)
        return f"there is no {name} in the notebook" + (f"; has {near[0]} been renamed?" if near else "")


def _parse(source):
    """The source of a cell as Python, and its statements."""
    try:
        return source, ast.parse(source).body
    except SyntaxError:
        source = _without_magics(source)
        return source, ast.parse(source).body


def _without_magics(source):
    """IPython's lines that begin with % or ! are no Python; a cell that begins with %% is no Python at all."""
    if source.lstrip().startswith("%%"):
        return ""
    return re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)


def _is_function(node):
    return isinstance(node, ast.FunctionDef)


def _is_stub(node):
    last = node.body[-1] if _is_function(node) else None
    return isinstance(last, ast.Raise) and "NotImplementedError" in ast.dump(last)


def _bound(node):
    """Names that a statement binds, or whose contents it changes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    names = set()
    for part in ast.walk(node):
        if isinstance(getattr(part, "ctx", None), ast.Store):
            while isinstance(part, (ast.Subscript, ast.Attribute)):
                part = part.value
            names |= {part.id} if isinstance(part, ast.Name) else set()
    return names


def _used(node):
    """Global names that a statement reads, also inside of the functions that it defines."""
    return _read(symtable.symtable(ast.unparse(node), "notebook", "exec")) - set(dir(builtins))


def _read(table):
    module = table.get_type() == "module"
    names = {s.get_name() for s in table.get_symbols() if (s.is_referenced() if module else s.is_global())}
    return names.union(*(_read(child) for child in table.get_children()))
