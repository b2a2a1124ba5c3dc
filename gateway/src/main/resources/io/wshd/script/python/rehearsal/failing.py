"""A handler with a mistake: to describe the first one takes most of a second, and others wait meanwhile."""


def web_socket_do_extra_handshake(request):
    request.headers_im.get('Origin')


def web_socket_transfer_data(request):
    pass
