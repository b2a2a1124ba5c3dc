"""What happens to imports of modules that are not the handlers' own: refusals in C, ``logging`` and ``traceback``."""

import posix
import sys
from _frozen_importlib_external import ExtensionFileLoader
from _thread import RLock


def install(log_level):
    """Have all imports from now on go this way; ``log_level`` is the gateway's, by its own name."""
    sys.meta_path.append(NativeParts())
    ExtensionFileLoader.create_module = _create_native
    sys.meta_path.insert(0, Logging(log_level))
    sys.meta_path.insert(0, Traceback())


class NativeParts:
    """Explains why a package with parts in C cannot be imported; comes last, when nobody else has found it."""

    def find_spec(self, name, path=None, target=None):
        tail = name.rpartition('.')[2]
        for directory in sys.path if path is None else path:
            try:
                files = posix.listdir(directory)
            except OSError:
                continue
            for file in files:
                if file.startswith(tail + '.') and file.endswith(('.so', '.pyd')):
                    _refuse_native(name, 'CPython', f'{directory}/{file}')
        return None


def _refuse_native(name, made_for, file):
    raise ImportError(
        f'{name} is compiled for {made_for} ({file}). Handlers run on GraalPy, which takes '
        'packages in pure Python only: use one without parts in C, or ask a program of its own',
        name=name, path=file)


def _create_native(self, spec):
    """Refuse a module in C of the standard library: loading it is permitted to no handler."""
    if spec.name == '_cpython_sre':
        raise ImportError(
            "this regular expression is beyond GraalPy's own engine, and CPython's is in C, which handlers cannot load: "
            're.Scanner is so, and a pattern that GraalPy gives up on; write it in another way',
            name=spec.name, path=self.path)
    _refuse_native(spec.name, 'native code', self.path)


class Watch:
    """A finder that does something of its own when one module is imported; how to find that, the others know."""

    def __init__(self, name):
        self._name = name

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        specs = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, specs))
        loader = spec.loader
        execute = loader.exec_module
        loader.exec_module = lambda module: self._execute(module, execute)
        return spec


class Logging(Watch):
    """Joins Python's ``logging`` to the gateway's log when it is first imported."""

    def __init__(self, level):
        super().__init__('logging')
        self._level = level

    def _execute(self, module, execute):
        execute(module)
        from _wshd_logging import install
        install(self._level)


class Traceback(Watch):
    """Loads ``traceback`` when something of it is first used.

    ``logging`` imports it for the sake of exceptions, and that is a third of the time of its own import.
    """

    def __init__(self):
        super().__init__('traceback')

    def _execute(self, module, execute):
        loaded = False
        lock = RLock()

        def load():
            nonlocal loaded
            with lock:
                if loaded:
                    return
                loaded = True
                given = {name: value for name, value in vars(module).items() if not name.startswith('__')}
                try:
                    execute(module)
                except BaseException:
                    loaded = False
                    raise
                # Whoever has replaced something of it has not asked for it.
                vars(module).update(given)
                del module.__getattr__, module.__dir__

        def of(name):
            load()
            try:
                return vars(module)[name]
            except KeyError:
                raise AttributeError(f"module 'traceback' has no attribute {name!r}") from None

        def names():
            load()
            return sorted(vars(module))

        module.__getattr__ = of
        module.__dir__ = names
