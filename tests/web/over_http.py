"""A browser without a browser: requests with a cookie, and Streamlit's websocket spoken by hand."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

COOKIE = "toolkit-session"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Client:
    """Someone at an app's address (host:port), with the cookies they were given."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """Send a request as it is written: no path is tidied, no redirect followed."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in {**sent, "Content-Length": str(len(body.encode()))}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie = value.split(";")[0].partition("=")
                self.cookies[cookie[0]] = cookie[2].strip('"')
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form as a page of this site would."""
        form = urllib.parse.urlencode(fields)
        kind = "application/x-www-form-urlencoded"
        return self.ask(
            path, "POST", form, Content_Type=kind, Origin=f"http://{self.host}", Sec_Fetch_Site="same-origin"
        )

    def sign_in(self, **fields: str) -> Answer:
        return self.post("/sign-in", **fields)

    def socket(self, *, origin: str = "", **headers: str) -> ClientConnection:
        """Open the app's websocket."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return connect(
            f"ws://{self.host}/_stcore/stream",
            origin=origin or f"http://{self.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie, **headers},
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=30,
        )


def draw(socket: ClientConnection, page: str = "", query: str = "") -> str:
    """Ask for a page by its name over the websocket; return every readable text the server sent in answer."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    socket.send(message.SerializeToString())
    return until_drawn(socket)


def until_drawn(socket: ClientConnection) -> str:
    """Return every readable text the server sends until the page is drawn."""
    told = b""
    while True:
        data = socket.recv(timeout=60)
        assert isinstance(data, bytes)
        told += data
        if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
            return " ".join(re.findall(r"[\x20-\x7e]{3,}", told.decode("latin-1")))
