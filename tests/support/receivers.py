"""Real receivers of alerts on the loopback interface: a mail server and a webhook."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port


class Mailbox:
    """Everything the mail server took; it refuses `unknown` addresses, or all of them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.unknown: set[str] = set()
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refuses or address in self.unknown:
            return "550 mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(mail)
        return "250 OK"


def text_of(mail: EmailMessage) -> str:
    """The text a person reads."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def attachments_of(mail: EmailMessage) -> dict[str, bytes]:
    """Name → content."""
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


class Hook:
    """Everything the webhook was sent, whether or not it answered with success."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.status = 200
        self.url = ""


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server; `url` is its Apprise address."""
    mailbox = Mailbox()
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mailbox.url = f"mailto://127.0.0.1:{port}?from=jixiao@example.invalid"
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def webhook() -> Iterator[Hook]:
    """A webhook that takes JSON; `url` is its Apprise address."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.url = f"json://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield hook
        server.shutdown()
        thread.join()
