"""Makes the modules that handlers import from wshd importable.

They are read from the gateway's own jar. `mod_pywebsocket` is another name of `pywebsocket3`: the same module
objects, so that an exception raised under one name is caught under the other.
"""

import sys
from _frozen_importlib import ModuleSpec
from marshal import dumps, loads

ALIAS, NAME = "mod_pywebsocket", "pywebsocket3"
# Names that modules had in older versions; scripts still import them.
OLD = {
    "pywebsocket3._stream_base": "pywebsocket3.stream", "pywebsocket3._stream_hybi": "pywebsocket3.stream",
    "pywebsocket3._stream_exceptions": "pywebsocket3.stream", "pywebsocket3.stream_exceptions": "pywebsocket3.stream",
    "pywebsocket3.handshake._base": "pywebsocket3.handshake.base",
}
TOP = (
    ALIAS, NAME, "six", "wshd", "_wshd", "_wshd_answer", "_wshd_guard", "_wshd_imports", "_wshd_logging", "_wshd_modules",
    "_wshd_request")


class Source:
    """Imports a module from the text that the gateway holds."""

    def __init__(self, library, file, text):
        self.library = library
        self.file = file
        self.text = text

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self._code(), module.__dict__)

    def _code(self):
        kept = self.library.compiled(self.file, self.text)
        if kept is not None:
            try:
                return loads(kept)
            except Exception:
                # The file is damaged.
                pass
        code = compile(self.text, "<wshd>/" + self.file, "exec")
        self.library.keep(self.file, self.text, dumps(code))
        return code

    def get_source(self, name):
        return self.text


class Alias:
    """Imports a module under a second name."""

    def __init__(self, real):
        self.real = real

    def create_module(self, spec):
        self.spec = self.real.__spec__
        return self.real

    def exec_module(self, module):
        module.__spec__ = self.spec


class Finder:
    def __init__(self, library):
        self.library = library

    def find_spec(self, name, path=None, target=None):
        top, _, rest = name.partition(".")
        if top not in TOP:
            return None
        real = OLD.get(name)
        if top == ALIAS:
            real = NAME + "." + rest if rest else NAME
        if real:
            try:
                __import__(real)
            except ModuleNotFoundError as e:
                if e.name == real:
                    return None
                raise
            return ModuleSpec(name, Alias(sys.modules[real]), is_package=hasattr(sys.modules[real], "__path__"))
        base = name.replace(".", "/")
        for file, package in ((base + ".py", False), (base + "/__init__.py", True)):
            text = self.library.text(file)
            if text is not None:
                spec = ModuleSpec(name, Source(self.library, file, text), origin="<wshd>/" + file, is_package=package)
                spec.has_location = True
                return spec
        return None


def explain(error, file):
    """Why a script could not be loaded: its own line, or 0, a newline, and what is wrong."""
    line = 0
    if isinstance(error, SyntaxError) and error.filename == file:
        line = error.lineno or 0
        what = error.msg
        if error.text and error.offset:
            source = error.text.rstrip("\n")
            what += "\n    " + source.lstrip() + "\n    "
            what += " " * (error.offset - 1 - len(source) + len(source.lstrip())) + "^"
    else:
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == file:
                line = trace.tb_lineno
            trace = trace.tb_next
        what = str(error)
    return "%d\n%s: %s" % (line, type(error).__name__, what)


def keep_compiled(directory):
    """Have the modules below a directory read compiled from the second start on, which takes half the time.

    No others: nothing that a handler imports from its own directories may come from a stale cache.
    """
    from _frozen_importlib_external import SourceFileLoader
    write = SourceFileLoader.set_data

    def set_data(self, path, data, *, _mode=0o666):
        if path.startswith(directory):
            write(self, path, data, _mode=_mode)

    SourceFileLoader.set_data = set_data
    sys.dont_write_bytecode = False


def bootstrap(library, deflater, imports, present, writes):
    """Returns the glue and the function beside it.

    library: gives the gateway's modules when it is told where Python's own are
    deflater: makes a compressor with a small window
    imports: gives the names, a line each, that a text in a package may import
    present: gives those of such names that may be of files in the directories of handlers
    writes: whether it is permitted to write beside Python's own modules
    """
    sys.meta_path.insert(0, Finder(library(sys.prefix)))
    host = type(sys)("_wshd_host")
    host.deflater = deflater
    host.imports = imports
    host.present = present
    sys.modules["_wshd_host"] = host
    if writes:
        keep_compiled(sys.prefix)
    else:
        sys.dont_write_bytecode = True
    return __import__("_wshd"), explain


bootstrap
