"""Tells what pydoc says about modules that are in the gateway's jar."""


def doc(name):
    """What pydoc prints about a module, class or function by its dotted name; None when there is none."""
    import pkgutil
    import pydoc
    import re
    import sys

    import pywebsocket3
    from pywebsocket3 import handshake

    class Listing:
        """Lets pydoc list the modules of a package, which it looks for in directories."""

        def __init__(self, path):
            self.names = listings.get(path)
            if self.names is None:
                raise ImportError(path)

        def iter_modules(self, prefix=''):
            return [(prefix + name, name == 'handshake') for name in self.names]

        def find_spec(self, name, target=None):
            return None

    listings = {'<wshd>/pywebsocket3': sorted(pywebsocket3._SUBMODULES), '<wshd>/handshake': ['base', 'hybi']}
    sys.path_hooks.insert(0, Listing)
    pywebsocket3.__path__ = ['<wshd>/pywebsocket3']
    handshake.__path__ = ['<wshd>/handshake']
    try:
        text = pydoc.render_doc(name, title='Help on %s:', renderer=pydoc.plaintext)
        # There is no file to look into.
        return re.sub(r'\n\nFILE\n.*<wshd>.*', '', text).rstrip('\n') + '\n'
    except ImportError:
        return None


doc
