"""A browser without a browser: requests with a cookie, and Streamlit's websocket spoken by hand."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from dataclasses import dataclass, field
from socket import create_connection
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
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

    def socket(self, *, origin: str = "", called: str = "", page: str = "", **headers: str) -> ClientConnection:
        """Open the app's websocket, calling the app by a name if one is given, or taking up an open page."""
        name, _, port = self.host.partition(":")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return connect(
            f"ws://{called or self.host}/_stcore/stream",
            sock=create_connection((name, int(port)), timeout=30),
            origin=origin or f"http://{self.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie, **headers},
            subprotocols=["streamlit", *(["none", page] if page else [])],  # type: ignore[list-item]
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


class PageByHand:
    """A page of the app kept up over the websocket: its elements as they stand, and what was chosen in them."""

    def __init__(self, client: Client, page: str) -> None:
        self.client = client
        client.ask("/_stcore/health")  # gives the token that an upload must carry
        self.token = client.cookies["_streamlit_xsrf"]
        self.socket = connect(
            f"ws://{client.host}/_stcore/stream",
            origin=f"http://{client.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())},
            subprotocols=["streamlit", self.token],  # type: ignore[list-item]
            max_size=None,
            open_timeout=60,
        )
        self.page = page
        self.hash = ""
        self.elements: dict[tuple[int, ...], Element] = {}
        self.states = WidgetStates()
        self.rerun()

    def rerun(self) -> None:
        """Ask for the page as it stands, and read it."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.hash
        message.rerun_script.widget_states.CopyFrom(self.states)
        self.socket.send(message.SerializeToString())
        fresh: dict[tuple[int, ...], Element] = {}
        while True:
            told = ForwardMsg.FromString(bytes(self.socket.recv(timeout=120)))  # type: ignore[arg-type]
            kind = told.WhichOneof("type")
            if kind == "new_session":
                fresh = {}
                self.hash = told.new_session.page_script_hash
            elif kind == "navigation":
                self.hash = told.navigation.page_script_hash  # of the page asked for, whichever comes first in the menu
            elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                fresh[tuple(told.metadata.delta_path)] = told.delta.new_element
            elif kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.elements = fresh
                return

    def text(self) -> str:
        """Return what the page says, as one text."""
        return " ".join(str(element) for element in self.elements.values())

    def _element(self, kind: str, label: str) -> Any:
        found = [getattr(one, kind) for one in self.elements.values() if one.WhichOneof("type") == kind]
        matching = [one for one in found if re.fullmatch(label, one.label)]
        assert len(matching) == 1, (label, [one.label for one in found], self.text()[:2000])
        return matching[0]

    def _state(self, widget_id: str) -> WidgetState:
        for state in self.states.widgets:
            if state.id == widget_id:
                return state
        added = self.states.widgets.add()
        added.id = widget_id
        return added

    def choose(self, label: str, option: str) -> None:
        """Choose one of a group of radio buttons."""
        radio = self._element("radio", label)
        assert option in radio.options
        self._state(radio.id).string_value = option
        self.rerun()

    def upload(self, label: str, name: str, content: bytes) -> None:
        """Choose a file: ask where to put it, put it there, and say so."""
        uploader = self._element("file_uploader", label)
        message = BackMsg()
        message.file_urls_request.request_id = "r"
        message.file_urls_request.file_names.append(name)
        self.socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(bytes(self.socket.recv(timeout=60)))  # type: ignore[arg-type]
            if told.WhichOneof("type") == "file_urls_response":
                place = told.file_urls_response.file_urls[0]
                break
        answer = self._put(place.upload_url, name, content)
        assert answer == 204, answer
        state = self._state(uploader.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), place.file_id
        info.file_urls.CopyFrom(place)
        self.rerun()

    def press(self, label: str) -> None:
        """Press a button."""
        state = self._state(self._element("button", label).id)
        state.trigger_value = True
        self.rerun()
        state.trigger_value = False

    def _put(self, path: str, name: str, content: bytes) -> int:
        edge = "file-of-a-test"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        connection = http.client.HTTPConnection(self.client.host, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{one}={value}" for one, value in self.client.cookies.items()),
            "Origin": f"http://{self.client.host}",
            "X-Xsrftoken": self.token,
            "Content-Type": f"multipart/form-data; boundary={edge}",
        }
        connection.request("PUT", path if path.startswith("/") else f"/{path}", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status
