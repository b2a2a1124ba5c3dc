"""The API that WebSocket handler scripts of pywebsocket are written against.

A handler script is a file ``name_wsh.py`` with two functions, and a third one if it wants::

    def web_socket_do_extra_handshake(request): ...       # accept by returning, refuse by raising
    def web_socket_transfer_data(request): ...            # the conversation; returning closes it
    def web_socket_passive_closing_handshake(request): ...  # answer to the client's Close: (code, reason)

``mod_pywebsocket`` is another name of this package: both names give the same modules and classes.
Submodules are imported when they are first looked at, since start-up time counts.
"""

_SUBMODULES = frozenset((
    'common', 'dispatch', 'extensions', 'handshake', 'http_header_util', 'memorizingfile', 'msgutil',
    'stream', 'util'))


def __getattr__(name):
    # Scripts say `import mod_pywebsocket` and then `mod_pywebsocket.common`: under the original server that
    # works, because the server itself has imported every submodule.
    if name in _SUBMODULES:
        return getattr(__import__(f'{__name__}.{name}'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
