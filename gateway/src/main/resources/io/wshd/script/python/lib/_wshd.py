"""What the gateway calls to load handler scripts and to run their hooks.

The host keeps these functions and calls them from the handler's own thread; every one may block. Exceptions of a
script never leave them: outcomes do. Only ``load`` raises.
"""

import sys
from _thread import _local

from pywebsocket3._errors import (
    AbortedByUserException, BadOperationException, ConnectionTerminatedException, HandshakeException,
    InvalidFrameException, InvalidUTF8Exception, UnsupportedFrameException, VersionException)
from pywebsocket3._stream import HostStream
from _wshd_modules import Finder, Source, callers
from _wshd_request import Connection, Headers, Request

_HANDSHAKE = 'web_socket_do_extra_handshake'
_TRANSFER = 'web_socket_transfer_data'
_PASSIVE = 'web_socket_passive_closing_handshake'

# Behind the finders of built-in modules, before the one that looks into sys.path.
_modules = Finder()
sys.meta_path.insert(
    [getattr(finder, '__name__', '') for finder in sys.meta_path].index('PathFinder'), _modules)

add_path = _modules.add

# Of a stack in the log.
_MOST_FRAMES = 25

# Tracebacks that are kept of the errors of one module, since each takes milliseconds; letters and errors in one of these.
_MOST_TOLD = 16
_LONGEST_TOLD = 10_000
_MOST_CAUSES = 4

# Errors whose traceback tells more than where they were and what they say of themselves.
_MORE = SyntaxError, BaseExceptionGroup

# What the calling thread serves; for the module wshd.
_current = _local()

_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

# What a script that frames its messages itself has somewhere in its text. Its sessions do so from their first byte
# on, before the host could take frames apart that the script may want to see whole.
_OF_FRAMES = ('connection.write', 'connection.read', 'ws_stream._', 'receive_bytes', 'receive_filtered_frame',
              '_receive_frame', '_get_message_from_frame', 'on_ping_handler', 'on_pong_handler')

# What is imported when it is first used, by the part of a script's text that tells of its use.
_LATE = (('open(', 'locale'), ('strptime', '_strptime'), ('urllib', 'urllib.parse'), ('get_class_logger', 'logging'),
         ('compute_accept', 'hashlib'),
         ('ws_extension_processors', 'zlib'), ('ws_extension_processors', '_wshd_answer'),
         *[(part, module) for part in _OF_FRAMES for module in ('_wshd_answer', 'pywebsocket3._live')])
_late = {}

# Their import does something that is seen.
_NOT_BEFORE_NEED = frozenset(('antigravity', 'this'))


class Outcome:
    """How the opening handshake ended.

    status: 101, or the HTTP status of the refusal
    reason: why it was refused, for the log
    protocol: the chosen subprotocol or ''
    headers: extra header fields of the answer, name and value by turns
    head: the whole answer as bytes where the script's ways need one of their own, else None
    frames: whether the script's side makes and reads the frames
    options: the StreamOptions for that, or None
    aborted: whether nothing at all is to be written
    deflate: whether the host may compress messages
    request, connection: to be handed to ``transfer``
    traceback: of an exception that the script did not mean as a refusal, or ''
    """

    protocol = ''
    head = None
    frames = False
    options = None
    deflate = True

    def __init__(self, request, status, reason='', traceback='', aborted=False):
        self.request = request
        self.status = status
        self.reason = reason
        self.traceback = traceback
        self.aborted = aborted
        self.headers = []


class CallDeadline(BaseException):
    """Raised in a handler that computes for longer than it may. No Exception: handlers are not to catch it."""


def setup(guard, arguments, packages, log_level, starts, fails):
    """Prepare what all scripts see.

    guard: the arguments of _wshd_guard.install
    arguments: for sys.argv
    packages: more directories to import from, behind all others
    log_level: the gateway's, by its own name
    starts: tells for how many nanoseconds a script is to wait before it starts a thread; negative: there are too many
    fails: is called if it could not be started
    """
    sys.argv = ['', *arguments]
    sys.path.extend(packages)
    import posix
    # It would end the whole interpreter, as it ends a process elsewhere.
    posix._exit = _exit
    if 'os' in sys.modules:
        sys.modules['os']._exit = _exit
    import _wshd_imports
    _wshd_imports.install(log_level)
    import _thread
    _thread._ExceptHookArgs = ExceptHookArgs
    _thread._excepthook = _excepthook
    _thread.start_new_thread = _thread.start_new = _starting(_thread.start_new_thread, starts, fails)
    from _wshd_guard import install
    install(*guard)


def _exit(status):
    """End the handler, or the thread, as sys.exit does."""
    raise SystemExit(status)


def _starting(start, starts, fails):
    """What starts threads, as slowly as the machine can bear, and no more than there may be."""
    def start_new_thread(*args):
        pause = starts()
        if pause < 0:
            raise RuntimeError("can't start new thread: too many run already (scripts.max-threads)")
        try:
            if pause:
                import time
                time.sleep(pause / 1e9)
            return start(*args)
        except BaseException:
            fails()
            raise

    start_new_thread.__doc__ = start.__doc__
    return start_new_thread


class ExceptHookArgs(tuple):
    """What threading.excepthook is given."""

    __slots__ = ()
    exc_type = property(lambda self: self[0])
    exc_value = property(lambda self: self[1])
    exc_traceback = property(lambda self: self[2])
    thread = property(lambda self: self[3])


def _excepthook(args, /):
    """Report an exception that ends a thread."""
    # The module threading has one like it, for which it would import traceback at once: most of what its import costs.
    if args.exc_type is SystemExit:
        return
    if args.thread is None:
        from _thread import get_ident
        name = get_ident()
    else:
        name = args.thread.name
    import traceback
    trace = ''.join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
    print(f'Exception in thread {name}:\n{trace}', end='', file=sys.stderr, flush=True)


def services_of_caller():
    """What the gateway offers to the script on whose behalf the calling thread runs, or None."""
    services = getattr(_current, 'services', None)
    if services is not None:
        return services
    # While a script is loaded, or on a thread that it has started.
    for frame in callers():
        services = frame.f_globals.get('__wshd_services__')
        if services is not None:
            return services
    return None


def enter(module, connection):
    """The calling thread serves a connection of a script from now on."""
    _current.services = module.__wshd_services__
    _current.connection = connection


def forget(files):
    """Have the next loads read these files anew, and those that import them."""
    _modules.forget([str(file) for file in files])


def deadline(why):
    """The exception that ends a handler."""
    return CallDeadline(str(why))


def where():
    """Where the calling thread is, in the script's own lines, the innermost last."""
    # Nothing is imported here: the thread was interrupted anywhere.
    lines = []
    for frame in callers(_MOST_FRAMES):
        file = frame.f_code.co_filename
        if not file.startswith('<wshd>'):
            place = f'  File "{file}", line {frame.f_lineno}, in {frame.f_code.co_name}'
            loader = frame.f_globals.get('__loader__')
            if type(loader) is Source:
                text = loader.text.split('\n')
                if 0 < frame.f_lineno <= len(text):
                    place += '\n    ' + text[frame.f_lineno - 1].strip()
            lines.append(place)
    return '\n'.join(reversed(lines))


def load(name, file, source, services=None, imported=lambda file: None):
    """Run a script's text in a module of its own and return the module.

    ``imported`` is called with each file that it imports from the directories of handlers, now and later.

    It stands in sys.modules under ``name`` while and after it runs, so that dataclasses, pickle and inspect find
    it; when it raises, what stood there before stands there again.
    """
    module = type(sys)(name)
    module.__file__ = file
    module.__wshd_services__ = services
    module.__wshd_frames__ = any([part in source for part in _OF_FRAMES])
    loader = module.__loader__ = Source(file, source)
    names = _modules.script(file, source, name, imported)
    if 'linecache' in sys.modules:
        loader.remember()
    if 'urllib' in source:
        _complete_urllib()
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        exec(compile(source, file, 'exec', dont_inherit=True), module.__dict__)
    except BaseException as e:
        if isinstance(e, ModuleNotFoundError) and e.name:
            for candidate in _modules.missing(e.name):
                imported(candidate)
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
        raise
    _late.update([(later, None) for part, later in _LATE if part in source])
    # Functions import as well.
    _late.update([(later, None) for later in names
                  if later not in sys.modules and _is_standard(later.partition('.')[0])])
    return module


def _is_standard(name):
    return name in sys.stdlib_module_names and name not in _NOT_BEFORE_NEED


def late():
    """The modules that the hooks of the scripts loaded so far import when they run for the first time."""
    return list(_late)


def need(name):
    """Import a module, so that no client waits for it. If it cannot be, whoever needs it is told."""
    try:
        __import__(name)
    except Exception:
        pass


def start_compiler(calls):
    """Call a function so often that it is compiled.

    The compiler takes seconds of both cores to start: better now than when clients keep them busy.
    """
    for _ in range(calls):
        _is_standard('')


def functions(owner):
    """The functions that a module or class has."""
    return [member for member in list(vars(owner).values()) if type(member) is type(functions)]


def own_functions():
    """The functions that serve a connection of any script: those that call its hooks, and those that it calls."""
    return [enter, handshake, _accept, transfer,
            *[each for owner in (HostStream, Request, Headers, Connection) for each in functions(owner)]]


def _complete_urllib():
    """Let ``import urllib`` be enough for ``urllib.parse``.

    Scripts rely on it, because pywebsocket's server has imported the submodules; importing them for every script
    would cost tenths of a second.
    """
    import urllib

    def submodule(name):
        if name not in ('error', 'parse', 'request', 'response', 'robotparser'):
            raise AttributeError(f"module 'urllib' has no attribute {name!r}")
        # Not as an attribute of what was imported: where it is missing, that would end here again.
        __import__(f'urllib.{name}')
        return sys.modules[f'urllib.{name}']

    urllib.__getattr__ = submodule


def unload(module):
    """Forget a module that ``load`` made, unless a newer one has taken its name."""
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]


def check(module):
    """The names of the required hooks that the module lacks, joined by ',', or ''."""
    return ','.join([name for name in (_HANDSHAKE, _TRANSFER) if not callable(getattr(module, name, None))])


def has_passive(module):
    """Whether the module answers the client's Close itself."""
    return callable(getattr(module, _PASSIVE, None))


def handshake(module, info, connection):
    """Run web_socket_do_extra_handshake for a client and judge what it left in the request."""
    request = Request(info, connection)
    try:
        getattr(module, _HANDSHAKE)(request)
        return _accept(module, request, connection)
    except AbortedByUserException as e:
        return Outcome(request, 0, str(e), aborted=True)
    except HandshakeException as e:
        return Outcome(request, e.status or 403, str(e))
    except VersionException as e:
        outcome = Outcome(request, 400 if connection.compatible() else 426, str(e))
        outcome.headers = ['Sec-WebSocket-Version', e.supported_versions or '13']
        return outcome
    except BaseException as e:
        return Outcome(request, 403, f'{_HANDSHAKE} raised {type(e).__name__}', trace(e))


def transfer(module, outcome, session):
    """Run web_socket_transfer_data, then close as its end demands; return '' or a text for the error log."""
    request = outcome.request
    passive = getattr(module, _PASSIVE, None)
    stream = HostStream(request, session, passive if callable(passive) else None)
    request.ws_stream = stream
    try:
        try:
            if outcome.frames:
                stream._go_live(outcome.options)
            getattr(module, _TRANSFER)(request)
            stream.close_connection()
        except BadOperationException as e:
            stream.close_connection(1011)
            if not request._compatible:
                return trace(e)
            # As with pywebsocket: whoever sends to a client that has just gone did nothing wrong.
            request._info.log('debug', str(e))
        except InvalidFrameException:
            stream.close_connection(1002)
        except UnsupportedFrameException:
            stream.close_connection(1003)
        except InvalidUTF8Exception:
            stream.close_connection(1007)
    except ConnectionTerminatedException:
        pass
    except AbortedByUserException:
        session.drop()
    except BaseException as e:
        session.fail()
        return trace(e)
    return ''


def trace(error):
    """``file:line: Type: message`` of the script's innermost line, then the traceback without the gateway's calls."""
    here = trace.__code__.co_filename
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == here:
        step = step.tb_next
    try:
        return _told(error, step)
    except Exception as e:
        # An exception whose own __str__ fails, for one; it must not hide that there was an error.
        return f'{type(error).__name__} (no traceback: {type(e).__name__})'


def _told(error, step):
    source = None
    for source, _ in _scripts(step):
        pass
    told = source.told if source else {}
    key = _key(error, step)
    text = told.get(key)
    if text is None:
        import traceback
        text = _place(error, step) + ''.join(traceback.format_exception(type(error), error, step))
        if key is not None and len(text) <= _LONGEST_TOLD:
            if len(told) >= _MOST_TOLD:
                told.clear()
            told[key] = text
    return text


def _key(error, step):
    """What errors have in common that have the same traceback; None where there may be more in it."""
    key = []
    while error is not None:
        if len(key) >= _MOST_CAUSES or isinstance(error, _MORE) or hasattr(error, '__notes__'):
            return None
        places = []
        while step is not None and len(places) <= _MOST_FRAMES:
            places.append((step.tb_frame.f_code, step.tb_lasti, step.tb_lineno))
            step = step.tb_next
        if step is not None:
            return None
        cause = error.__cause__
        key.append((type(error), str(error), tuple(places), cause is None))
        error = error.__context__ if cause is None and not error.__suppress_context__ else cause
        step = None if error is None else error.__traceback__
    return tuple(key)


def _place(error, step):
    if isinstance(error, SyntaxError) and error.filename:
        return f'{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}\n'
    place = ''
    for source, step in _scripts(step):
        source.remember()
        place = f'{step.tb_frame.f_code.co_filename}:{step.tb_lineno}: '
    return f'{place}{type(error).__name__}: {error}\n'


def _scripts(step):
    """The steps of a traceback that are in scripts, with what these were loaded by."""
    while step is not None:
        loader = step.tb_frame.f_globals.get('__loader__')
        if type(loader) is Source:
            yield loader, step
        step = step.tb_next


def _accept(module, request, connection):
    wrong = _wrong_protocol(request)
    if wrong:
        return Outcome(request, 400, wrong)
    outcome = Outcome(request, 101)
    compatible = connection.compatible()
    if not compatible:
        wrong = _wrong_headers(request)
        if wrong:
            return Outcome(request, 500, wrong)
    outcome.protocol = request.ws_protocol or ''
    outcome.frames = request._raw is not None or getattr(module, '__wshd_frames__', False)
    touched = request.__dict__.get('ws_extension_processors')
    if outcome.frames or touched is not None or compatible:
        import _wshd_answer
        _wshd_answer.prepare(outcome, connection, touched is not None)
        if outcome.frames or compatible:
            outcome.head = _wshd_answer.head(outcome, connection)
            return outcome
    request._agreed = connection.extensions() if outcome.deflate else ''
    for name, value in request.extra_headers:
        outcome.headers += (name, str(value))
    return outcome


def _wrong_protocol(request):
    protocol = request.ws_protocol
    requested = request.ws_requested_protocols
    if not requested:
        if protocol is not None:
            return 'ws_protocol must be None when the client did not request any subprotocol'
    elif protocol is None:
        return 'do_extra_handshake must choose one subprotocol from ws_requested_protocols and set it to ws_protocol'
    elif not _is_token(protocol):
        return f'ws_protocol is no token: {protocol!r}'
    elif protocol not in requested:
        return f'ws_protocol {protocol!r} is none of the requested ones: {requested!r}'
    return ''


def _wrong_headers(request):
    for name, value in request.extra_headers:
        value = str(value)
        if not _is_token(name):
            return f'extra_headers has a name that is no token: {name!r}'
        if '\r' in value or '\n' in value or '\0' in value:
            return f'extra_headers has a line break in the value of {name}: {value!r}'
        if name.lower() == 'sec-websocket-extensions':
            return 'extra_headers has a Sec-WebSocket-Extensions; ws_extension_processors chooses extensions'
    return ''


def _is_token(text):
    return type(text) is str and text != '' and _TOKEN.issuperset(text)
