"""The opening handshake: the exceptions by which a handler refuses a client, and checks of its parts."""

from pywebsocket3._errors import AbortedByUserException, HandshakeException, VersionException

__all__ = ('AbortedByUserException', 'HandshakeException', 'VersionException', 'base', 'hybi')


def __getattr__(name):
    if name in ('base', 'hybi'):
        __import__(f'{__name__}.{name}')
        return globals()[name]
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
