"""An HTTP/1.1 server that answers each POST with the same text and tells a connection that idles 408 before it closes it.

Called by servers.py with address, port, seconds and the text.
"""

import select
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT, SECONDS, TEXT = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4].encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self):
        if select.select([self.connection], [], [], SECONDS)[0]:
            super().handle_one_request()
        else:
            self.send_error(408)
            self.close_connection = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(TEXT)))
        self.end_headers()
        self.wfile.write(TEXT)


ThreadingHTTPServer((ADDRESS, PORT), Handler).serve_forever()
