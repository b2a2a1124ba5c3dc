# Evaluates expressions over the names that handlers import, one for each message, and answers what Python shows of
# the value.
import io
import tempfile
import urllib

import six
from mod_pywebsocket import (
    common, dispatch, extensions, handshake, http_header_util, memorizingfile, msgutil, stream, util)
from mod_pywebsocket.handshake import base, hybi
from _wshd_request import _LAZY as LAZY


class Asked:
    """A request with these header fields."""

    def __init__(self, method='GET', protocol='HTTP/1.1', **headers):
        self.method = method
        self.protocol = protocol
        self.headers_in = {name.replace('_', '-'): value for name, value in headers.items()}

    def is_https(self):
        return False


class Doubled:
    """A filter of frames."""

    def filter(self, frame):
        frame.payload *= 2


class Quiet:
    """A filter of messages."""

    def filter(self, message, end=True, binary=False):
        return message.lower()


def offer(*parameters):
    """A processor for an offer of permessage-deflate with these parameters."""
    asked = common.ExtensionParameter('permessage-deflate')
    for name in parameters:
        asked.add_parameter(*name) if type(name) is tuple else asked.add_parameter(name, None)
    return extensions.get_extension_processor(asked)


def answer(processor):
    """What a processor answers to its offer."""
    response = processor.get_extension_response()
    return response and common.format_extension(response)


def sent(processor, *calls):
    """The bytes of a Hello behind the filters of a processor after these calls, in hexadecimal digits."""
    options = stream.StreamOptions()
    processor.get_extension_response()
    processor.setup_stream_options(options)
    after(processor, *calls)
    return options.outgoing_message_filters[0].filter('Hello', True, False).hex()


def after(value, *calls):
    """The value, after these calls have been made on it: a name and arguments each."""
    for name, *arguments in calls:
        getattr(value, name)(*arguments)
    return value


def script(line):
    """The path of a file with this first line."""
    with tempfile.NamedTemporaryFile('w', suffix='.py', delete=False) as file:
        file.write(line + '\n')
    return file.name


MODULES = {
    'common': common, 'dispatch': dispatch, 'extensions': extensions, 'handshake': handshake, 'handshake.base': base,
    'handshake.hybi': hybi, 'http_header_util': http_header_util, 'memorizingfile': memorizingfile,
    'msgutil': msgutil, 'stream': stream, 'util': util, 'six': six}


def public(request):
    """What there is: (section, name), with a dot before the names of methods."""
    for section, owner in (('request', request), ('request.connection', request.connection),
                           ('request.ws_stream', request.ws_stream)):
        for name in {*dir(type(owner)), *vars(owner), *(LAZY if section == 'request' else ())}:
            if not name.startswith('_'):
                yield section, name
    for section, module in MODULES.items():
        for name in getattr(module, '__all__', None) or vars(module):
            value = getattr(module, name)
            if name.startswith('_') or name == 'sys' or type(value) is type(io) and not hasattr(module, '__all__'):
                continue
            yield section, name
            if isinstance(value, type) and not issubclass(value, Exception):
                for method in methods(value):
                    yield section, '.' + method


def methods(kind):
    return {name for base in kind.__mro__ if base.__module__.startswith('pywebsocket3') for name in vars(base)
            if not name.startswith('_') and name != 'run'}


def named(request, listed):
    """The names of a list like that of ``public`` that are not there, or have no documentation of their own."""
    for section, name in listed:
        try:
            owner = MODULES.get(section) or eval(section, {'request': request})
            kind = kind if name.startswith('.') else None
            value = getattr(kind or owner, name.lstrip('.'))
            if isinstance(value, type):
                kind = value
            if callable(value) and value.__module__ and value.__module__.startswith(('pywebsocket3', '_wshd', 'six')):
                if not value.__doc__:
                    yield section, name, 'has no documentation'
        except AttributeError as e:
            yield section, name, str(e)


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    for expression in iter(request.ws_stream.receive_message, None):
        try:
            told = repr(eval(expression, globals(), {'request': request}))
        except Exception as e:
            told = '%s: %s' % (type(e).__name__, e)
        request.ws_stream.send_message(told)
