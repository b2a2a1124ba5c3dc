"""Finding handler scripts below a directory, and running their hooks.

The gateway has its own way of finding and reloading scripts; this is the class for programs that do it themselves.
"""

from pywebsocket3._errors import (
    AbortedByUserException, BadOperationException, ConnectionTerminatedException, HandshakeException,
    InvalidFrameException, InvalidUTF8Exception, UnsupportedFrameException)
from pywebsocket3 import common, util

__all__ = ('DispatchException', 'Dispatcher')

_SUFFIX = '_wsh.py'
_HANDSHAKE = 'web_socket_do_extra_handshake'
_TRANSFER = 'web_socket_transfer_data'
_PASSIVE = 'web_socket_passive_closing_handshake'


class DispatchException(Exception):
    """No handler is there for a resource, or a script is none. ``status`` is the HTTP status of the answer."""

    def __init__(self, name, status=common.HTTP_STATUS_NOT_FOUND):
        super().__init__(name)
        self.status = status


def _default_passive_closing_handshake(request):
    return common.STATUS_NORMAL_CLOSURE, ''


class _HandlerSuite:
    """The three hooks of one script."""

    def __init__(self, do_extra_handshake, transfer_data, passive_closing_handshake):
        self.do_extra_handshake = do_extra_handshake
        self.transfer_data = transfer_data
        self.passive_closing_handshake = passive_closing_handshake


def _hook(namespace, name):
    if name not in namespace:
        raise DispatchException(f'{name} is not defined.')
    if not callable(namespace[name]):
        raise DispatchException(f'{name} is not callable.')
    return namespace[name]


def _source_handler_file(handler_definition, path='<handler>'):
    """Run a script's text and return its hooks; raises DispatchException when it fails or lacks one."""
    namespace = {'__file__': path, '__name__': path}
    try:
        exec(compile(handler_definition, path, 'exec', dont_inherit=True), namespace)
    except Exception as e:
        import traceback
        raise DispatchException('Error in sourcing handler:' + traceback.format_exc()) from e
    return _HandlerSuite(
        _hook(namespace, _HANDSHAKE), _hook(namespace, _TRANSFER),
        _hook(namespace, _PASSIVE) if _PASSIVE in namespace else _default_passive_closing_handshake)


def _normalize_path(path):
    """The absolute path without links and steps back, with slashes for backslashes."""
    from os import path as paths
    return paths.normpath(paths.realpath(path.replace('\\', paths.sep))).replace('\\', '/')


def _create_path_to_resource_converter(base_dir):
    """A function from a script's normal path to its resource: ``/a/b_wsh.py`` below ``base_dir`` is ``/a/b``.

    It returns None for what is no script, or not below ``base_dir``.
    """
    base = _normalize_path(base_dir).rstrip('/') + '/'

    def converter(path):
        path = path.replace('\\', '/')
        if not path.endswith(_SUFFIX) or not path.startswith(base):
            return None
        return '/' + path[len(base):-len(_SUFFIX)]
    return converter


def _enumerate_handler_file_paths(directory):
    """The paths of all scripts below a directory."""
    from os import path, walk
    for root, _, names in walk(directory):
        for name in names:
            if name.endswith(_SUFFIX):
                yield path.join(root, name)


class Dispatcher:
    """The handlers below a directory: ``a/b_wsh.py`` handles the path ``/a/b``.

    Scripts that fail to load are left out; ``source_warnings`` tells why.
    """

    def __init__(self, root_dir, scan_dir=None, allow_handlers_outside_root_dir=True, handler_encoding=None):
        self._handler_suite_map = {}
        self._source_warnings = []
        if scan_dir is None:
            scan_dir = root_dir
        root, scan = _normalize_path(root_dir), _normalize_path(scan_dir)
        if scan != root and not scan.startswith(root.rstrip('/') + '/'):
            raise DispatchException(f'scan_dir:{scan_dir} must be a directory under root_dir:{root_dir}.')
        convert = _create_path_to_resource_converter(root)
        for file in sorted(_enumerate_handler_file_paths(scan)):
            real = _normalize_path(file)
            if convert(real) is None and not allow_handlers_outside_root_dir:
                self._source_warnings.append(f'{file}: Canonical path of the handler is not under root directory')
                continue
            try:
                with open(file, encoding=handler_encoding or 'utf-8') as script:
                    suite = _source_handler_file(script.read(), file)
            except (DispatchException, OSError, UnicodeDecodeError) as e:
                self._source_warnings.append(f'{real}: {e}')
                continue
            # By the place of a link, not by what it leads to.
            self._handler_suite_map[convert(file)] = suite

    def add_resource_path_alias(self, alias_resource_path, existing_resource_path):
        """Let another path have the handler of an existing one; raises DispatchException when there is none."""
        if existing_resource_path not in self._handler_suite_map:
            raise DispatchException(f'No handler for: {existing_resource_path!r}')
        self._handler_suite_map[alias_resource_path] = self._handler_suite_map[existing_resource_path]

    def source_warnings(self):
        """Why scripts were left out, one text each."""
        return self._source_warnings

    def get_handler_suite(self, resource):
        """The hooks for a resource, its query aside, or None. Raises DispatchException (400) for a fragment."""
        path, _, fragment = resource.partition('#')
        suite = self._handler_suite_map.get(path.partition('?')[0])
        if suite and fragment:
            raise DispatchException('Fragment identifiers MUST NOT be used on WebSocket URIs',
                                    common.HTTP_STATUS_BAD_REQUEST)
        return suite

    def _suite(self, request):
        suite = self.get_handler_suite(request.ws_resource)
        if suite is None:
            raise DispatchException(f'No handler for: {request.ws_resource!r}')
        return suite

    def do_extra_handshake(self, request):
        """Run the hook of that name.

        Raises DispatchException without a handler, AbortedByUserException and HandshakeException as the hook did,
        and HandshakeException with status 403 for any other exception.
        """
        suite = self._suite(request)
        try:
            suite.do_extra_handshake(request)
        except (AbortedByUserException, HandshakeException) as e:
            if isinstance(e, HandshakeException) and e.status is None:
                e.status = common.HTTP_STATUS_FORBIDDEN
            raise
        except Exception as e:
            util.prepend_message_to_exception(f'{_HANDSHAKE} raised exception for {request.ws_resource}: ', e)
            raise HandshakeException(e, common.HTTP_STATUS_FORBIDDEN) from e

    def transfer_data(self, request):
        """Run the hook of that name and close as its end demands; exceptions with no close code pass through."""
        suite = self._suite(request)
        stream = request.ws_stream
        try:
            try:
                suite.transfer_data(request)
                if not request.server_terminated:
                    stream.close_connection()
            except BadOperationException:
                stream.close_connection(common.STATUS_INTERNAL_ENDPOINT_ERROR)
            except InvalidFrameException:
                stream.close_connection(common.STATUS_PROTOCOL_ERROR)
            except UnsupportedFrameException:
                stream.close_connection(common.STATUS_UNSUPPORTED_DATA)
            except InvalidUTF8Exception:
                stream.close_connection(common.STATUS_INVALID_FRAME_PAYLOAD_DATA)
        except ConnectionTerminatedException:
            return
        except AbortedByUserException:
            raise
        except Exception as e:
            util.prepend_message_to_exception(f'{_TRANSFER} raised exception for {request.ws_resource}: ', e)
            raise

    def passive_closing_handshake(self, request):
        """The (code, reason) that the hook of that name answers; 1000 without a handler or a hook."""
        suite = self.get_handler_suite(request.ws_resource)
        if suite is None:
            return common.STATUS_NORMAL_CLOSURE, ''
        return suite.passive_closing_handshake(request)
