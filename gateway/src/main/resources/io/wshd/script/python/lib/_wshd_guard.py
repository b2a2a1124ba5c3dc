"""Says which switch of the configuration refuses what a script has tried.

The refusal itself is the gateway's, and does not depend on anything here: a script that undoes this module gets the
same errors without the explanation.
"""

import sys

_PATHS = (
    'open', 'stat', 'lstat', 'access', 'listdir', 'scandir', 'mkdir', 'rmdir', 'remove', 'unlink', 'rename', 'replace',
    'chmod', 'chown', 'utime', 'link', 'symlink', 'readlink', 'truncate', 'chdir', 'mkfifo', 'mknod', 'statvfs')
_PROCESSES = (
    'system', 'execv', 'execve', 'posix_spawn', 'posix_spawnp', 'fork', 'forkpty', 'kill', 'killpg')
_NETWORK = (
    'getaddrinfo', 'gethostbyname', 'gethostbyname_ex', 'gethostbyaddr', 'getnameinfo', 'socketpair', 'dup')


def install(refusal, network, processes):
    """Explain refusals. ``refusal`` tells of a path why it is refused, or ''."""
    import _io
    import builtins
    import posix
    modules = [module for module in (posix, sys.modules.get('os')) if module is not None]
    for name in _PATHS:
        _replace(modules, name, lambda function: _explained(function, refusal))
    opened = _explained(_io.open, refusal)
    _replace([module for module in (_io, builtins, sys.modules.get('io')) if module is not None], 'open',
             lambda function: opened)
    if not processes:
        refused = _refused('starting programs', 'processes')
        for name in _PROCESSES:
            _replace(modules, name, lambda function: refused)
        import _posixsubprocess
        _posixsubprocess.fork_exec = refused
    if not network:
        _no_network()
    _no_host()


def _replace(modules, name, make):
    for module in modules:
        if hasattr(module, name):
            setattr(module, name, make(getattr(module, name)))


def _explained(function, refusal):
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except PermissionError as e:
            why = refusal(str(e.filename)) if isinstance(e.filename, (str, bytes)) else ''
            if why:
                raise PermissionError(13, why, e.filename) from None
            raise

    call.__name__ = function.__name__
    call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    return call


def _refused(what, switch):
    return _refusing(f'{what} is not permitted to this interpreter (permissions.{switch})')


def _refusing(why):
    def refuse(*args, **kwargs):
        raise PermissionError(1, why)

    return refuse


def _no_network():
    import _socket
    refuse = _refused('network access', 'network')

    class socket(_socket.socket):
        __slots__ = ()

        def __init__(self, *args, **kwargs):
            refuse()

        def __del__(self):
            pass

    for name in _NETWORK:
        if hasattr(_socket, name):
            setattr(_socket, name, refuse)
    _socket.socket = _socket.SocketType = socket


def _no_host():
    refuse = _refusing('Java and other languages are not for scripts')
    import polyglot
    # The standard library imports it for its own purposes.
    for name in ('eval', 'import_value', 'export_value'):
        if hasattr(polyglot, name):
            setattr(polyglot, name, refuse)

    class Java(type(sys)):
        def __getattr__(self, name):
            if name.startswith('__'):
                raise AttributeError(name)
            refuse()

    class NoJava:
        def find_spec(self, name, path=None, target=None):
            if name.startswith('java.'):
                refuse()

    java = sys.modules['java'] = Java('java')
    java.__path__ = []
    sys.meta_path.insert(0, NoJava())
