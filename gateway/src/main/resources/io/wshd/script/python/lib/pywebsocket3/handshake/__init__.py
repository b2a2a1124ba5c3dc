"""The opening handshake: the exceptions by which a handler refuses a client, and checks of its parts."""

from pywebsocket3._errors import AbortedByUserException, HandshakeException, VersionException

__all__ = ('AbortedByUserException', 'HandshakeException', 'VersionException', 'base', 'do_handshake', 'hybi')


def do_handshake(request, dispatcher):
    """Shake hands over a request's connection; see ``hybi.Handshaker``."""
    from pywebsocket3.handshake.hybi import Handshaker
    Handshaker(request, dispatcher).do_handshake()


def __getattr__(name):
    if name in ('base', 'hybi'):
        __import__(f'{__name__}.{name}')
        return globals()[name]
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
