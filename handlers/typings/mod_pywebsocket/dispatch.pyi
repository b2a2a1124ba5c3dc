from pywebsocket3.dispatch import *
