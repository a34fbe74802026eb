"""What a statement does to the names of its notebook: which it binds, which it reads, and whose objects it may change.

Nobody can know this for certain without running the statement. Where it is doubtful the answer is yes: to run a
statement too many costs a little time, to leave one out can cost a right answer its marks.
"""

import ast
import copy
import symtable
from dataclasses import dataclass, field

import numpy as np


def _words(text):
    return set(text.split())


# Methods of Python's and NumPy's own types that change the object; the other ones of these types do not.
CHANGERS = _words(
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard difference_update "
    "intersection_update symmetric_difference_update fill put itemset resize setflags setfield partition byteswap "
    "__setitem__ __delitem__ __setattr__ __iadd__"
)
READERS = {name for kind in (list, dict, set, str, float, np.ndarray) for name in dir(kind)} - CHANGERS
VIEWS = _words("get items values diagonal flat ravel real imag reshape squeeze swapaxes transpose view T")
# Functions that change an argument.
FILLERS = _words(
    "at put copyto fill_diagonal place putmask put_along_axis shuffle heappush heappop heapify heapreplace heappushpop "
    "insort insort_left insort_right setattr delattr next setitem delitem iadd"
)
PASSING = {"enumerate", "zip", "reversed", "iter", "list", "tuple", "dict", "sorted", "map", "filter", "next"}
ANYTHING = "*"  # what a star import binds
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Call:
    """A call: the last name of what is called, the first one, and the names that are arguments by themselves."""

    function: str
    root: str | None
    arguments: set
    fills: bool


@dataclass
class Statement:
    """A statement at the top of a notebook.

    Attributes
    ----------
    binds, reads : set of str
        Global names; what is read inside of functions counts as well.
    runs : set of str
        Names that it reads when it runs; for a definition only those of its decorators, defaults and bases.
    changed : set of str
        Names, also local ones, of which it sets an item or an attribute, here or in a function.
    links : dict
        Maps names that it assigns to names with whose objects they may share something.
    calls : list of Call
    defines, parameters : set of str
        Names of its functions and classes, and of their parameters.
    checks : set of str
        Names of the exercises that it checks.
    setting : str or None
        The first name of a call whose result is thrown away, such as `np.seterr(all="raise")`.
    """

    node: ast.stmt
    binds: set
    reads: set
    runs: set
    changed: set = field(default_factory=set)
    links: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    defines: set = field(default_factory=set)
    parameters: set = field(default_factory=set)
    checks: set = field(default_factory=set)
    setting: str | None = None

    @property
    def names(self):
        """All its global names."""
        return self.binds | self.reads

    @property
    def is_definition(self):
        """Whether what it contains runs later, when it is called."""
        return isinstance(self.node, DEFINITIONS)


def analyse(node, text):
    """Return the `Statement` of a node and its source."""
    try:
        table = symtable.symtable(text, "notebook", "exec")
    except SyntaxError:  # since Python 3.14 this refuses `await` at the top, which notebooks allow
        table = symtable.symtable(ast.unparse(_Synchronous().visit(copy.deepcopy(node))), "notebook", "exec")
    binds, reads, inside = _names(table)
    statement = Statement(node, binds, reads, reads)
    if statement.is_definition:
        outside = [*node.decorator_list, *getattr(node, "bases", ()), *getattr(node, "keywords", ())]
        outside += [node.args] if hasattr(node, "args") else []
        statement.runs = reads & {name for part in outside for name in _all_names(part)}
        statement.changed |= inside
    else:
        statement.binds |= inside
    for part in ast.walk(node):
        _collect(part, statement)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        arguments = [*node.value.args, *node.value.keywords]
        if not any(isinstance(part, ast.Call) for argument in arguments for part in ast.walk(argument)):
            statement.setting = root(node.value.func)
    return statement


class _Synchronous(ast.NodeTransformer):
    """Takes `await` and `async` away, which leaves the names as they are."""

    def visit_Await(self, node):
        return self.visit(node.value)

    def visit_AsyncFor(self, node):
        return ast.For(**vars(self.generic_visit(node)))

    def visit_AsyncWith(self, node):
        return ast.With(**vars(self.generic_visit(node)))

    def visit_comprehension(self, node):
        node.is_async = 0
        return self.generic_visit(node)


def root(node):
    """The name with which an expression such as `a.b[c].d(e)` begins, or None."""
    while True:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            node = node.value
        else:
            return None


def _names(table):
    """Global names that are bound at the top, that are read, and that functions bind."""
    symbols = table.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    reads, inside = {s.get_name() for s in symbols if s.is_referenced()}, set()
    tables = list(table.get_children())
    while tables:
        table = tables.pop()
        for symbol in table.get_symbols():
            if symbol.is_global():
                reads.add(symbol.get_name())
                if symbol.is_assigned() or symbol.is_imported():
                    inside.add(symbol.get_name())
        tables += table.get_children()
    return binds, reads, inside


def _all_names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _collect(part, statement):
    """Note what one node does."""
    match part:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            statement.changed.add(root(part))
        case ast.AugAssign(target=ast.Name(id=name)):
            statement.changed.add(name)
        case ast.Assign(targets=targets, value=value):
            _link(targets, value, statement.links)
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            _link([target], value, statement.links)
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            _link([target], value, statement.links)
        case ast.comprehension(target=target, iter=value):
            _link([target], value, statement.links)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            _link([target], value, statement.links)
        case ast.Call():
            _call(part, statement)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            statement.defines.add(name)
        case ast.arg(arg=name):
            statement.parameters.add(name)
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            statement.binds.add(ANYTHING)


def _call(call, statement):
    function, values = call.func, [*call.args, *(keyword.value for keyword in call.keywords)]
    names = {value.id for value in (getattr(v, "value", v) for v in values) if isinstance(value, ast.Name)}
    fills = any(keyword.arg == "out" for keyword in call.keywords)
    if isinstance(function, ast.Attribute):
        statement.calls.append(Call(function.attr, root(function.value), names, fills))
    elif isinstance(function, ast.Name):
        statement.calls.append(Call(function.id, None, names, fills))
        if function.id == "exec":
            statement.changed.add("exec")
    last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    if last == "check":
        statement.checks |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}


def _link(targets, value, links):
    """Note that the names in targets may share something with names in a value, and with each other."""
    names, stack = set(), list(targets)
    while stack:
        target = stack.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            stack += target.elts
        else:
            names.add(root(target))
    shared = _shared(value) | (names if len(targets) > 1 else set())
    for name in names - {None}:
        links.setdefault(name, set()).update(shared - {name})


def _shared(value):
    """Names with whose objects the value of an expression may share something."""
    names, stack = set(), [value]
    while stack:
        part = stack.pop()
        match part:
            case ast.Name(id=name):
                names.add(name)
            case ast.Lambda():
                names |= _all_names(part)
            case ast.Call(func=ast.Name(id=function), args=args):
                stack += args if function in PASSING else []
            case ast.Call(func=ast.Attribute(attr=method, value=owner), args=args):
                stack += [owner] if method in VIEWS or method not in READERS else []
            case ast.BinOp() | ast.Compare() | ast.UnaryOp() | ast.JoinedStr() | None:
                continue
            case _:
                stack += ast.iter_child_nodes(part)
    return names
