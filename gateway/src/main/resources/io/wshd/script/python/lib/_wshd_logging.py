"""Takes what is written with Python's ``logging`` into the gateway's log."""

import logging
import sys

from _wshd import services_of_caller, _current

# The gateway's levels and Python's, the highest first.
_LEVELS = (('error', logging.ERROR), ('warn', logging.WARNING), ('info', logging.INFO), ('debug', logging.DEBUG),
           ('trace', 1))


class GatewayHandler(logging.Handler):
    """Writes each record as a line of its script, with the name of the logger."""

    def emit(self, record):
        try:
            text = self.format(record)
            if record.name != logging.root.name:
                text = f'{record.name}: {text}'
            services = services_of_caller()
            if services is None:
                # On a thread of a library's own.
                print(text, file=sys.stderr)
                return
            for name, level in _LEVELS:
                if record.levelno >= level:
                    break
            services.log(name, getattr(_current, 'connection', 0), text)
        except Exception:
            self.handleError(record)


def install(level):
    """Have the root logger write to the gateway's log, from the gateway's own level on."""
    logging.root.addHandler(GatewayHandler())
    logging.root.setLevel(dict(_LEVELS)[level])
