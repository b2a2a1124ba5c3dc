# Tells what the request has, as JSON.
import json

from pywebsocket3 import common


def web_socket_do_extra_handshake(request):
    request.mine = 'kept'
    request.ws_protocol = request.ws_requested_protocols[0]


def web_socket_transfer_data(request):
    headers = request.headers_in
    told = {
        'ws_resource': request.ws_resource, 'uri': request.uri, 'unparsed_uri': request.unparsed_uri,
        'ws_origin': request.ws_origin, 'ws_version': request.ws_version, 'ws_protocol': request.ws_protocol,
        'ws_requested_protocols': request.ws_requested_protocols,
        'ws_extensions': common.format_extensions(request.ws_extensions or []),
        'ws_requested_extensions': common.format_extensions(request.ws_requested_extensions or []),
        'ws_extension_processors': [processor.name() for processor in request.ws_extension_processors],
        'ws_deflate': request.ws_deflate, 'ws_close_code': request.ws_close_code,
        'client_terminated': request.client_terminated, 'server_terminated': request.server_terminated,
        'extra_headers': request.extra_headers, 'headers_out': dict(request.headers_out), 'status': request.status,
        'cookie': [headers['cookie'], headers.get('COOKIE'), headers.get_all('Cookie'), 'cookie' in headers],
        'agent': headers.get('User-Agent'), 'absent': headers.get('Absent', 'none'),
        'names': sorted(name.lower() for name, value in headers.items()),
        'method': request.method, 'protocol': request.protocol, 'https': request.is_https(),
        'remote': [request.connection.remote_addr == request.connection.get_remote_addr(),
                   request.connection.remote_ip == request.get_remote_host() == request.connection.remote_addr[0]],
        'local': request.connection.local_addr[1], 'mine': request.mine, 'hash': {request: 1}[request],
        'first_line': request.connection.get_memorized_lines()[0].decode(),
    }
    request.log_error('told')
    request.ws_stream.send_message(json.dumps(told))
    # Looked at at last, the processors could no longer change anything.
    assert request.ws_stream.receive_message() is None
