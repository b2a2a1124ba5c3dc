"""The modules that handler scripts import from the directories of handlers: found, loaded and forgotten.

A module is always made from the text that its file has now, never from a stored bytecode. Who imports what is noted,
so that a changed file is read anew by those that depend on it, and by nobody else.
"""

import sys
from _frozen_importlib import ModuleSpec, _ModuleLockManager
from _thread import RLock
from posix import stat

from _wshd_host import imports as imports_of, present

_DIRECTORY, _FILE = 0o040000, 0o100000


class Source:
    """Loads a module, and gives tracebacks and inspect the text that it was made from."""

    __slots__ = ('file', 'text', 'told', '_finder')

    def __init__(self, file, text, finder=None):
        self.file = file
        self.text = text
        # The tracebacks of errors in it, by what tells them apart.
        self.told = {}
        self._finder = finder

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        with open(self.file, 'rb') as file:
            content = file.read()
        code = compile(content, self.file, 'exec', dont_inherit=True)
        # As the file says, or as UTF-8.
        self.text = content.decode('utf-8', 'replace')
        self._finder.depends(self.file, self.text, module.__package__)
        exec(code, module.__dict__)

    def get_source(self, name=None):
        return self.text

    def remember(self):
        import linecache
        linecache.cache[self.file] = (len(self.text), None, self.text.splitlines(True), self.file)


class Finder:
    """Finds modules below the directories of handlers, before the standard library's finder does."""

    def __init__(self):
        self.directories = []
        # Who imports what, by file; and for each script who wants to know it.
        self._imports = {}
        self._scripts = {}
        # Handlers import while others do, and while scripts are loaded. Nothing is waited for with it.
        self._lock = RLock()

    def add(self, directory):
        """Let scripts import from a directory, which comes before those that were added earlier."""
        if directory not in self.directories:
            self.directories.insert(0, directory)
            sys.path.insert(0, directory)

    def find_spec(self, name, path=None, target=None):
        file, package = self._find(name, path)
        if file is None:
            return None
        self._note_importer(file)
        spec = ModuleSpec(name, Source(file, '', self), origin=file, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations.append(file[:-len('/__init__.py')])
        return spec

    def script(self, file, text, name, tell):
        """A script is about to be loaded: ``tell`` is called with each file that it imports, directly or not.

        Returns the names of what it may import, at once or later.
        """
        names = self._note(file, text, name.rpartition('.')[0])
        with self._lock:
            self._scripts[file] = tell
            self._tell(file)
        return names

    def missing(self, name):
        """The files that a module that was not found may come to be."""
        tail = name.replace('.', '/')
        return [f'{directory}/{tail}{end}' for directory in self.directories for end in ('.py', '/__init__.py')]

    def depends(self, file, text, package):
        """A module is about to be loaded from a file."""
        self._note(file, text, package or '')
        with self._lock:
            self._tell(*self._scripts)

    def _note(self, file, text, package):
        """Note what a file imports, as far as its text tells, and return the names."""
        names = imports_of(text, package)
        # Most is the standard library's, and asking for each file that is not there takes long.
        found = {self._find_whole(name) for name in present(names).split()}
        found.discard(None)
        with self._lock:
            self._imports[file] = found
        return names.split()

    def forget(self, changed):
        """Have the next import of these files, and of those that import them, read them anew."""
        stale = self._dependents(changed)
        for name, module in list(sys.modules.items()):
            loader = getattr(module, '__loader__', None)
            if type(loader) is Source and loader._finder is self and loader.file in stale:
                self._forget(name, module)

    def _dependents(self, changed):
        stale = set(changed)
        grown = True
        with self._lock:
            while grown:
                grown = False
                for file, imports in self._imports.items():
                    if file not in stale and not stale.isdisjoint(imports):
                        stale.add(file)
                        grown = True
        return stale

    def _forget(self, name, module):
        # Not while a handler imports it, which would fail.
        with _ModuleLockManager(name):
            if sys.modules.get(name) is module:
                del sys.modules[name]
                with self._lock:
                    self._imports.pop(module.__loader__.file, None)
                parent, _, tail = name.rpartition('.')
                if parent in sys.modules and getattr(sys.modules[parent], tail, None) is module:
                    delattr(sys.modules[parent], tail)

    def _find(self, name, path):
        tail = name.rpartition('.')[2]
        for directory in self.directories if path is None else path:
            if path is not None and not any(f'{directory}/'.startswith(f'{own}/') for own in self.directories):
                continue
            base = f'{directory}/{tail}'
            if _is(base, _DIRECTORY) and _is(base + '/__init__.py', _FILE):
                return base + '/__init__.py', True
            if _is(base + '.py', _FILE):
                return base + '.py', False
        return None, False

    def _find_whole(self, name):
        """The file of a module by its whole name, or None; nothing is imported."""
        path = None
        while True:
            head, _, name = name.partition('.')
            file, package = self._find(head, path)
            if file is None or not name:
                return file
            if not package:
                return None
            path = [file[:-len('/__init__.py')]]

    def _note_importer(self, file):
        # Imports that no text tells of: importlib.import_module(name), and the like.
        for frame in callers():
            importer = frame.f_code.co_filename
            with self._lock:
                if importer in self._imports:
                    self._imports[importer].add(file)
                    self._tell(*self._scripts)
                    return

    def _tell(self, *scripts):
        """Tell these scripts what they import by now."""
        for script in scripts:
            tell = self._scripts[script]
            seen = set()
            rest = [script]
            while rest:
                for file in self._imports.get(rest.pop(), ()):
                    if file not in seen:
                        seen.add(file)
                        rest.append(file)
            for file in seen:
                tell(file)


def callers(most=1000):
    """The frames that have led to the caller of this one, itself included, the innermost first.

    Not by ``f_back``: where a frame is still to be made into an object, GraalPy fails in that with an error of its own.
    """
    frames = []
    getframe = sys._getframe
    try:
        while len(frames) < most:
            frames.append(getframe(1 + len(frames)))
    except ValueError:
        # There are no more.
        pass
    return frames


def _is(path, kind):
    try:
        return stat(path).st_mode & 0o170000 == kind
    except OSError:
        return False
