"""What the gateway offers to handler scripts beside their connections.

    import wshd

    wshd.log.info('somebody is here')
    wshd.broadcast('to all who are connected to this script')
"""

from _wshd import _current, services_of_caller

__all__ = ('log', 'config', 'connections', 'broadcast')


def _services():
    services = services_of_caller()
    if services is None:
        raise RuntimeError('wshd is for handler scripts: call it in one, or in a function that one has called')
    return services


class _Log:
    """The gateway's log, with the script's name and the connection's number."""

    def debug(self, message, *args):
        """Write a line that is seen only with --log-level debug; ``args`` are put into ``message`` as with %."""
        _write('debug', message, args)

    def info(self, message, *args):
        """Write a line; ``args`` are put into ``message`` as with %."""
        _write('info', message, args)

    def warning(self, message, *args):
        """Write a warning; ``args`` are put into ``message`` as with %."""
        _write('warn', message, args)

    def error(self, message, *args):
        """Write an error; ``args`` are put into ``message`` as with %."""
        _write('error', message, args)

    def exception(self, message, *args):
        """Write an error with the traceback of the exception that is being handled."""
        import traceback
        text = str(message) % args if args else str(message)
        _write('error', text + '\n' + traceback.format_exc().rstrip('\n'), ())

    warn = warning


def _write(level, message, args):
    _services().log(level, getattr(_current, 'connection', 0), str(message) % args if args else str(message))


class _Config:
    """What the configuration says to scripts of this interpreter."""

    @property
    def script(self):
        """The script's name: handlers/chat_wsh.py."""
        return str(_services().script())

    @property
    def interpreter(self):
        """The interpreter's name in the configuration."""
        return str(_services().interpreter())

    @property
    def arguments(self):
        """interpreters.NAME.arguments, a tuple of str."""
        return tuple([str(argument) for argument in _services().arguments()])

    @property
    def environment(self):
        """interpreters.NAME.environment, a dict of str."""
        flat = [str(text) for text in _services().environment()]
        return dict(zip(flat[::2], flat[1::2]))


class Connection:
    """An open connection of this script, whatever version of the script serves it."""

    __slots__ = ('_peer', '_services')

    def __init__(self, peer, services):
        self._peer = peer
        self._services = services

    @property
    def id(self):
        """A number that no other connection has; the log shows it."""
        return self._peer.id()

    @property
    def resource(self):
        """Path and query that the client asked for."""
        return str(self._peer.resource())

    @property
    def remote_addr(self):
        """The client's (host, port)."""
        return str(self._peer.remoteHost()), self._peer.remotePort()

    @property
    def since(self):
        """When it was opened, in seconds since 1970."""
        return self._peer.since() / 1000

    @property
    def is_open(self):
        """Whether messages can still be sent."""
        return self._peer.isOpen()

    def send(self, message):
        """Send a str or bytes without waiting for the client; whether it is sent, or waits to be.

        A client for which more waits than scripts.send-backlog allows is closed with 1013.
        """
        return self._services.post(self._peer, _message(message))

    def close(self, code=1000, reason=''):
        """Have the connection closed; its handler sees the end. Raises ValueError for what cannot be sent."""
        if not self._services.close(self._peer, code, reason):
            raise ValueError(f'close code {code} or reason {reason!r} cannot be sent')

    def __eq__(self, other):
        return isinstance(other, Connection) and self.id == other.id

    def __hash__(self):
        return hash(self.id)

    def __repr__(self):
        return f'<wshd.Connection #{self.id} of {self.remote_addr[0]}>'


def connections():
    """The open connections of this script, the oldest first, in a list of Connection."""
    services = _services()
    return [Connection(peer, services) for peer in services.connections()]


def broadcast(message):
    """Send a str or bytes to all open connections of this script, without waiting for any; returns to how many."""
    return _services().broadcast(_message(message))


def _message(message):
    if type(message) in (str, bytes):
        return message
    if isinstance(message, str):
        return str(message)
    return bytes(memoryview(message))


log = _Log()
config = _Config()
