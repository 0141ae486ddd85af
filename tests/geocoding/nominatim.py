"""A server that speaks Nominatim's JSON, on this machine: what geopy asks arrives over a real connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from server.settings import Settings

FLOWERS: dict[str, Any] = {
    "place_id": 1, "osm_type": "node", "osm_id": 11,
    "lat": "-27.6101", "lon": "-48.5502", "class": "place", "type": "house", "addresstype": "place",
    "display_name": "12, Rua das Flores, Centro, Florianópolis, Santa Catarina, 88010-000, Brasil",
    "address": {
        "house_number": "12", "road": "Rua das Flores", "suburb": "Centro", "city": "Florianópolis",
        "state": "Santa Catarina", "ISO3166-2-lvl4": "BR-SC", "country": "Brasil", "country_code": "br",
    },
    "boundingbox": ["-27.6102", "-27.6100", "-48.5503", "-48.5501"],
}  # fmt: skip
CITY: dict[str, Any] = {
    "place_id": 2, "osm_type": "relation", "osm_id": 22, "lat": "-27.5973", "lon": "-48.5496",
    "class": "boundary", "display_name": "Florianópolis", "type": "administrative", "addresstype": "city",
    "address": {"city": "Florianópolis", "state": "Santa Catarina", "country_code": "br"},
    "boundingbox": ["-27.8472", "-27.3793", "-48.6136", "-48.3583"],
}  # fmt: skip


@dataclass
class Nominatim:
    """`places` answers by street, "" for the city; `failures` are given first, one a request."""

    port: int = 0
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def settings(self, **more: Any) -> Settings:
        return Settings(
            geocoder="nominatim",
            geocoder_url=f"http://127.0.0.1:{self.port}",
            geocoder_user_agent="pws-tests (testes@ilha.test)",
            **more,
        )

    def answer(self, path: str) -> tuple[int, dict[str, str], Any]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        self.asked.append(query)
        if self.failures:
            status, headers = self.failures.pop(0)
            return status, headers, {"error": "busy"}
        found = self.places.get(query.get("street", ""))
        return 200, {}, [found] if found else []


@contextmanager
def nominatim() -> Iterator[Nominatim]:
    state = Nominatim()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.agents.append(self.headers["user-agent"])
            status, headers, body = state.answer(self.path)
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "content-type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Not on the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
