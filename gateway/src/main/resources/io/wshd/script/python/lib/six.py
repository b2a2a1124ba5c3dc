"""What scripts written for Python 2 and 3 import from the package ``six``, for Python 3 only.

The names and their meaning are those of that package; each stands for what Python 3 has.
"""

import sys

__version__ = '1.17.0'

PY2 = False
PY3 = True
PY34 = True

string_types = (str,)
integer_types = (int,)
class_types = (type,)
text_type = str
binary_type = bytes
MAXSIZE = sys.maxsize

unichr = chr
Iterator = object
callable = callable


def b(s):
    """A literal of characters up to 0xff as bytes."""
    return s.encode('latin-1')


def u(s):
    """A literal as text."""
    return s


def int2byte(i):
    """An integer from 0 to 255 as one byte."""
    return bytes((i,))


def byte2int(bs):
    """The first byte as integer."""
    return bs[0]


def indexbytes(buf, i):
    """The byte at an index, as integer."""
    return buf[i]


def iterbytes(buf):
    """The bytes as iterator of integers."""
    return iter(buf)


def iteritems(d, **kw):
    """An iterator over a mapping's pairs."""
    return iter(d.items(**kw))


def iterkeys(d, **kw):
    """An iterator over a mapping's keys."""
    return iter(d.keys(**kw))


def itervalues(d, **kw):
    """An iterator over a mapping's values."""
    return iter(d.values(**kw))


def iterlists(d, **kw):
    """An iterator over the lists of a mapping of many values."""
    return iter(d.lists(**kw))


def viewitems(d):
    """A view of a mapping's pairs."""
    return d.items()


def viewkeys(d):
    """A view of a mapping's keys."""
    return d.keys()


def viewvalues(d):
    """A view of a mapping's values."""
    return d.values()


def next(it):
    """The iterator's next item."""
    return it.__next__()


advance_iterator = next


def get_unbound_function(function):
    """The function itself: Python 3 has no unbound methods."""
    return function


def get_method_function(method):
    """The function of a bound method."""
    return method.__func__


def get_method_self(method):
    """The object of a bound method."""
    return method.__self__


def get_function_code(function):
    """The code object of a function."""
    return function.__code__


def get_function_defaults(function):
    """The defaults of a function's parameters."""
    return function.__defaults__


def get_function_globals(function):
    """The globals of a function."""
    return function.__globals__


def create_bound_method(function, obj):
    """The function as method of an object."""
    return type(get_function_code.__get__(obj))(function, obj)


def exec_(code, globs=None, locs=None):
    """Execute code, in the caller's namespace unless another is given."""
    if globs is None:
        frame = sys._getframe(1)
        globs = frame.f_globals
        locs = frame.f_locals if locs is None else locs
    exec(code, globs, globs if locs is None else locs)


def print_(*args, **kwargs):
    """The function print."""
    print(*args, **kwargs)


def reraise(tp, value, tb=None):
    """Raise an exception again with its traceback."""
    if value is None:
        value = tp()
    if value.__traceback__ is not tb:
        raise value.with_traceback(tb)
    raise value


def raise_from(value, from_value):
    """``raise value from from_value``."""
    raise value from from_value


def ensure_binary(s, encoding='utf-8', errors='strict'):
    """Text or bytes as bytes."""
    if isinstance(s, bytes):
        return s
    if isinstance(s, str):
        return s.encode(encoding, errors)
    raise TypeError(f"not expecting type '{type(s)}'")


def ensure_str(s, encoding='utf-8', errors='strict'):
    """Text or bytes as text."""
    if isinstance(s, str):
        return s
    if isinstance(s, bytes):
        return s.decode(encoding, errors)
    raise TypeError(f"not expecting type '{type(s)}'")


ensure_text = ensure_str


def with_metaclass(meta, *bases):
    """A base class that makes its subclass an instance of ``meta`` with ``bases``."""

    class Temporary(type):
        def __new__(cls, name, this_bases, namespace):
            return meta(name, bases, namespace)

        @classmethod
        def __prepare__(cls, name, this_bases):
            return meta.__prepare__(name, bases)

    return type.__new__(Temporary, 'temporary_class', (), {})


def add_metaclass(metaclass):
    """A class decorator that makes the class anew as instance of ``metaclass``."""

    def wrap(cls):
        namespace = {k: v for k, v in vars(cls).items() if k not in ('__dict__', '__weakref__')}
        slots = namespace.get('__slots__', ())
        for name in (slots,) if isinstance(slots, str) else slots:
            namespace.pop(name, None)
        return metaclass(cls.__name__, cls.__bases__, namespace)

    return wrap


def wraps(wrapped, *args, **kwargs):
    """functools.wraps."""
    import functools
    return functools.wraps(wrapped, *args, **kwargs)


def python_2_unicode_compatible(cls):
    """The class itself."""
    return cls


def __getattr__(name):
    if name in ('StringIO', 'BytesIO'):
        import io
        return getattr(io, name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


# Names of six.moves: the modules, and the attributes of modules.
_MOVED_MODULES = {
    'builtins': 'builtins', 'configparser': 'configparser', 'copyreg': 'copyreg', 'cPickle': 'pickle',
    '_thread': '_thread', '_dummy_thread': '_thread', 'email_mime_base': 'email.mime.base',
    'email_mime_multipart': 'email.mime.multipart', 'email_mime_text': 'email.mime.text',
    'html_entities': 'html.entities', 'html_parser': 'html.parser', 'http_client': 'http.client',
    'http_cookiejar': 'http.cookiejar', 'http_cookies': 'http.cookies', 'BaseHTTPServer': 'http.server',
    'CGIHTTPServer': 'http.server', 'SimpleHTTPServer': 'http.server', 'queue': 'queue', 'reprlib': 'reprlib',
    'socketserver': 'socketserver', 'urllib': 'urllib', 'urllib_parse': 'urllib.parse',
    'urllib_error': 'urllib.error', 'urllib_robotparser': 'urllib.robotparser',
    'xmlrpc_client': 'xmlrpc.client', 'xmlrpc_server': 'xmlrpc.server',
}
_MOVED_ATTRIBUTES = {
    'StringIO': ('io', 'StringIO'), 'cStringIO': ('io', 'StringIO'), 'UserDict': ('collections', 'UserDict'),
    'UserList': ('collections', 'UserList'), 'UserString': ('collections', 'UserString'),
    'filterfalse': ('itertools', 'filterfalse'), 'zip_longest': ('itertools', 'zip_longest'),
    'getcwd': ('os', 'getcwd'), 'getcwdb': ('os', 'getcwdb'), 'reduce': ('functools', 'reduce'),
    'reload_module': ('importlib', 'reload'), 'shlex_quote': ('shlex', 'quote'),
    'intern': ('sys', 'intern'),
}
_URLLIB = ('urllib.parse', 'urllib.error', 'urllib.request', 'urllib.response', 'urllib.robotparser')


def _module(name):
    """Import a module by its dotted name and return it itself, not its package."""
    __import__(name)
    return sys.modules[name]


class _Moves(type(sys)):
    """The module ``six.moves``; what it names is imported when it is looked at."""

    __path__ = []
    filter = filter
    input = input
    map = map
    range = range
    xrange = range
    zip = zip

    def __getattr__(self, name):
        if name == 'urllib':
            # Under the original, six.moves.urllib.parse needs no import of its own.
            value = _Urllib(f'{self.__name__}.urllib')
        elif name in _MOVED_MODULES:
            value = _module(_MOVED_MODULES[name])
        elif name in _MOVED_ATTRIBUTES:
            module, attribute = _MOVED_ATTRIBUTES[name]
            value = getattr(_module(module), attribute)
        else:
            raise AttributeError(f'module {self.__name__!r} has no attribute {name!r}')
        setattr(self, name, value)
        return value


class _Urllib(type(sys)):
    """The module ``six.moves.urllib``, whose submodules are imported when they are looked at."""

    __path__ = []

    def __getattr__(self, name):
        full = f'urllib.{name}'
        if full not in _URLLIB:
            raise AttributeError(f'module {self.__name__!r} has no attribute {name!r}')
        value = _module(full)
        setattr(self, name, value)
        return value


class _Finder:
    """Lets import statements reach below six.moves: ``from six.moves.urllib.parse import quote``."""

    _specs = {}

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if not fullname.startswith(f'{__name__}.moves.'):
            return None
        from importlib.machinery import ModuleSpec
        return ModuleSpec(fullname, _Finder)

    @staticmethod
    def create_module(spec):
        value = moves
        for part in spec.name.split('.')[2:]:
            try:
                value = getattr(value, part)
            except AttributeError:
                raise ModuleNotFoundError(f'No module named {spec.name!r}', name=spec.name) from None
        if not isinstance(value, type(sys)):
            raise ModuleNotFoundError(f'No module named {spec.name!r}', name=spec.name)
        _Finder._specs[spec.name] = getattr(value, '__spec__', None)
        return value

    @staticmethod
    def exec_module(module):
        # The module is one that lives under its real name already; the import of the other name must leave its
        # own spec in place.
        module.__spec__ = _Finder._specs.pop(module.__spec__.name)


moves = _Moves(__name__ + '.moves', 'Modules and functions under the names of six.')
sys.modules[__name__ + '.moves'] = moves
__path__ = []
sys.meta_path.append(_Finder)
