"""Checks that the stubs for editors (handlers/typings) and the modules have the same names, and the same parameters.

``run(directory)`` returns what differs, as text.
"""

import ast
import importlib
import inspect
import os

_MODULES = (
    'common', 'dispatch', 'extensions', 'handshake', 'handshake.base', 'handshake.hybi', 'http_header_util',
    'memorizingfile', 'msgutil', 'stream', 'util')


def run(directory):
    wrong = []
    for name in _MODULES:
        module = importlib.import_module('pywebsocket3.' + name)
        _compare(module, _stub(directory, 'pywebsocket3.' + name), wrong)
        _stub(directory, 'mod_pywebsocket.' + name)
    import wshd
    _compare(wshd, _stub(directory, 'wshd'), wrong)
    return '\n'.join(wrong)


def _stub(directory, name):
    base = os.path.join(directory, *name.split('.'))
    file = base + '.pyi' if os.path.exists(base + '.pyi') else os.path.join(base, '__init__.pyi')
    with open(file, encoding='utf-8') as text:
        return ast.parse(text.read(), file)


def _compare(module, stub, wrong):
    declared = {}
    for node in stub.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            declared[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            declared[node.target.id] = node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname is not None:
                    declared[alias.asname] = node
    names = getattr(module, '__all__', None) or [name for name in vars(module) if _is_public(module, name)]
    for name in names:
        if name not in declared:
            wrong.append(f'{module.__name__}.{name} is not in the stub')
    for name, node in declared.items():
        if not hasattr(module, name) and not (module.__name__ == 'wshd' and isinstance(node, ast.ClassDef)):
            wrong.append(f'{module.__name__}.{name} is in the stub only')
        elif isinstance(node, ast.FunctionDef):
            _parameters(f'{module.__name__}.{name}', getattr(module, name), node, wrong)
        elif isinstance(node, ast.ClassDef) and hasattr(module, name):
            _class(f'{module.__name__}.{name}', getattr(module, name), node, wrong)


def _is_public(module, name):
    return not name.startswith('_') and not inspect.ismodule(getattr(module, name))


def _class(name, real, stub, wrong):
    methods = {node.name: node for node in stub.body if isinstance(node, ast.FunctionDef)}
    for key, value in vars(real).items():
        if not key.startswith('_') and callable(value) and key not in methods and key not in _assigned(stub):
            wrong.append(f'{name}.{key} is not in the stub')
    for key, node in methods.items():
        if key.startswith('__'):
            continue
        if not hasattr(real, key):
            wrong.append(f'{name}.{key} is in the stub only')
        elif not isinstance(inspect.getattr_static(real, key), property):
            _parameters(f'{name}.{key}', getattr(real, key), node, wrong)


def _assigned(stub):
    return {target.id for node in stub.body if isinstance(node, ast.Assign) for target in node.targets}


def _parameters(name, real, stub, wrong):
    there = [parameter for parameter in inspect.signature(real).parameters]
    arguments = stub.args
    here = [argument.arg for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    here += [argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    if sorted(here) != sorted(there) and sorted(here[1:]) != sorted(there):
        wrong.append(f'{name} takes {there}, and {here} in the stub')
