"""The part of a notebook that an answer needs: the statements that bind or may change what it is made of, in order.

The rest, such as training runs, plots and other exercises, is not executed. What fails is left out: where the answer
needs it, this shows when it is called.
"""

import __future__

import ast
import difflib
import re
from collections import defaultdict

from cnn_course.grading.effects import ANYTHING, FILLERS, READERS, analyse
from cnn_course.grading.ipython import to_python

# Names with which any other can be bound, and modules that hold settings of the whole process.
LOOSE, SETTINGS = {"globals", "locals", "vars", "exec", "get_ipython"}, {"sys", "warnings"}


class Notebook:
    """The statements of a notebook's code cells.

    Parameters
    ----------
    cells : iterable of str
        Their sources.
    """

    def __init__(self, cells):
        self.statements, self.broken, texts, lines = [], [], [], 0
        for cell in cells:
            cell = cell.replace("\r\n", "\n").replace("\r", "\n")
            try:
                text, nodes = _parse(cell)
                statements = [analyse(node, source) for node, source in _pieces(nodes, text)]
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.broken.append((cell, error))
                continue
            for statement in statements:
                ast.increment_lineno(statement.node, lines)
            self.statements += statements
            texts.append(text)
            lines += text.count("\n") + 1
        self.text = "\n".join(texts) + "\n"
        self._resolve()

    def flags(self):
        """The compiler's flags that `from __future__ import ...` asks for; here it holds in all cells."""
        imports = [s.node for s in self.statements if isinstance(s.node, ast.ImportFrom)]
        names = [node.names[0].name for node in imports if node.module == "__future__"]
        features = [getattr(__future__, name) for name in names if name in __future__.all_feature_names]
        return sum({feature.compiler_flag for feature in features})

    def _resolve(self):
        """Say of each statement what it may change; for that one must know which functions change their arguments."""
        imports = [s for s in self.statements if isinstance(s.node, (ast.Import, ast.ImportFrom))]
        others = [s for s in self.statements if not isinstance(s.node, (ast.Import, ast.ImportFrom))]
        self.modules = set().union(*(s.binds for s in imports)) - set().union(*(s.binds for s in others))
        if any("exec" in statement.changed for statement in self.statements):
            for statement in self.statements:
                statement.reads |= _words(statement.node)
        callers = defaultdict(list)
        for statement in self.statements:
            for call in statement.calls:
                callers[call.function].append((statement, call))
                if call.function in FILLERS or call.fills:
                    statement.changed |= call.arguments - self.modules
                if call.root not in self.modules and call.function not in READERS:
                    statement.changed.add(call.root)
        filling, changed = list(self.statements), set()
        while filling:
            statement = filling.pop()
            statement.changed = self._linked(statement)
            if statement.changed & statement.parameters:
                for name in statement.defines - changed:
                    changed.add(name)
                    for caller, call in callers[name]:
                        caller.changed |= (call.arguments | {call.root}) - self.modules
                        filling.append(caller)
        for statement in self.statements:
            setting = {statement.setting} & self.modules
            statement.changed = statement.changed & statement.names | setting

    def _linked(self, statement):
        """What a statement changes, and what may share something with it."""
        changed, names = set(), list(statement.changed)
        while names:
            name = names.pop()
            if name not in changed:
                changed.add(name)
                names += statement.links.get(name, set()) - self.modules
        return changed

    def needed(self, name):
        """The statements that an answer needs, in the notebook's order."""
        statements = self._without_stubs(name)
        by_text = self._binding_by_text(name)
        checks = [i for i, s in enumerate(statements) if name in s.checks]
        binds = [i for i, s in enumerate(statements) if name in s.binds or s in by_text]
        end = max(checks + binds) + 1 if checks else len(statements)
        chosen = _Choice(statements, end, self.modules).of(name)
        return [statements[i] for i in sorted(chosen)]

    def _without_stubs(self, name):
        """A stub that was copied below an answer does not hide it."""
        by_text, answered, kept = self._binding_by_text(name), set(), []
        for statement in self.statements:
            stub = _stub(statement.node, name)
            if stub is None:
                answered |= statement.binds | ({name} if statement in by_text else set())
            if stub not in answered:
                kept.append(statement)
        return kept

    def _binding_by_text(self, name):
        """The statements that seem to bind a name by `exec`, `globals()` or the like, with the name in a text.

        The text to be executed may stand in a statement above.
        """
        code = re.compile(rf"\bdef\s+{name}\b|\b{name}\s*=(?!=)")
        here = re.compile(rf"{code.pattern}|(['\"]){name}\1")
        found, written = [], False
        for statement in self.statements:
            written = written or any(map(code.search, _texts(statement.node)))
            if statement.changed & LOOSE and (written or here.search(ast.unparse(statement.node))):
                found.append(statement)
        return found

    def missing(self, name):
        """Why there is nothing of a name, in a sentence."""
        for source, error in self.broken:
            if re.search(rf"^\s*(def\s+{name}\b|{name}\s*=)", source, re.MULTILINE):
                where = f" (line {error.lineno})" if getattr(error, "lineno", None) else ""
                return f"the cell with {name} is no Python: {getattr(error, 'msg', error)}{where}"
        near = difflib.get_close_matches(name, set().union(*(s.defines for s in self.statements)), n=1)
        return f"there is no {name} in the notebook" + (f"; has {near[0]} been renamed?" if near else "")


class _Choice:
    """Choose statements, from one name to the next.

    Those from `end` on count only for names that nothing before binds: a helper may be changed for another exercise.
    """

    def __init__(self, statements, end, modules):
        self.statements, self.end, self.modules = statements, end, modules
        self.binding, self.changing, self.running = defaultdict(list), defaultdict(list), defaultdict(list)
        self.reading, self.calling, self.sharing = defaultdict(list), defaultdict(list), defaultdict(list)
        for i, statement in enumerate(statements):
            for index, names in (
                (self.binding, statement.binds),
                (self.changing, statement.changed),
                (self.running, statement.runs),
                (self.reading, statement.reads),
            ):
                for name in names:
                    index[name].append(i)
            for target, sources in statement.links.items():
                for source in sources & statement.names if target in statement.names else ():
                    self.sharing[source].append(target)
            for call in statement.calls:
                if call.root is None:
                    self.calling[call.function].append(i)
        self.chosen, self.done, self.todo = set(), set(), []

    def of(self, name):
        """The numbers of the statements that a name needs."""
        self._later(self._need, name, ANYTHING)
        self._later(self._watch, *LOOSE, *(n for s in self.statements for n in s.binds if _sets_the_process(s.node)))
        while self.todo:
            step, name = self.todo.pop()
            step(name)
        return self.chosen

    def _later(self, step, *names):
        """Each step is taken once for a name."""
        for name in names:
            if (step.__name__, name) not in self.done:
                self.done.add((step.__name__, name))
                self.todo.append((step, name))

    def _choose(self, i):
        if i not in self.chosen:
            self.chosen.add(i)
            self._later(self._need, *self.statements[i].reads)

    def _before_the_end(self, name, numbers):
        bound_early = self.binding[name] and self.binding[name][0] < self.end
        return [i for i in numbers if i < self.end] if bound_early else numbers

    def _need(self, name):
        """The name must have its value."""
        for i in self._before_the_end(name, self.binding[name]):
            self._choose(i)
        self._later(self._watch, name)

    def _watch(self, name):
        """What may change the object of the name counts."""
        for i in self._before_the_end(name, self.changing[name]):
            if self.statements[i].is_definition:
                self._later(self._call, *self.statements[i].binds)
            else:
                self._choose(i)
        if name not in self.modules:
            self._later(self._share, *self.sharing[name])

    def _share(self, name):
        """The name may share something with a name that counts, or be one of its methods."""
        self._later(self._watch, name)
        for i in self._before_the_end(name, self.calling[name]):
            self._choose(i)

    def _call(self, name):
        """What may call the function of the name, or a method of the class, counts."""
        for i in self._before_the_end(name, self.running[name]):
            self._choose(i)
        made = any(isinstance(self.statements[i].node, ast.ClassDef) for i in self.binding[name])
        for i in self.reading[name]:
            if made or self.statements[i].is_definition:
                self._later(self._call, *self.statements[i].binds)
        self._later(self._call, *self.sharing[name])


def _parse(cell):
    """The source of a cell as Python, and its statements."""
    try:
        return cell, ast.parse(cell).body
    except SyntaxError:
        cell = to_python(cell)
        return cell, ast.parse(cell).body


def _pieces(nodes, text):
    """Statements and their sources; an import of several names is several statements."""
    lines = text.encode().split(b"\n")
    for node in nodes:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        piece = lines[first - 1 : node.end_lineno]
        piece[-1] = piece[-1][: node.end_col_offset]
        piece[0] = piece[0][0 if first < node.lineno else node.col_offset :]
        source = b"\n".join(piece).decode()
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, source
            continue
        for alias in node.names:
            single = ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]}), node)
            yield single, ast.unparse(single)


def _texts(node):
    """A statement's texts, which may be code."""
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _words(node):
    """All words in a statement's texts."""
    return {word for text in _texts(node) for word in re.findall(r"[^\W\d]\w*", text)}


def _stub(node, answer):
    """The name of a function that is still to be written, or of the answer if it is still None; else None."""
    match node:
        case ast.FunctionDef(name=name, body=body):
            rest = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
            wanted = rest and all(isinstance(s, ast.Raise) and "NotImplementedError" in ast.dump(s) for s in rest)
            return name if wanted else None
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=None)):
            return name if name == answer else None
    return None


def _sets_the_process(node):
    match node:
        case ast.Import(names=[ast.alias(name=module)]) | ast.ImportFrom(module=str() as module):
            return module.split(".")[0] in SETTINGS
    return False
