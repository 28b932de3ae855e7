"""Mail servers that fail, each in its way."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

from django.core.mail.backends.base import BaseEmailBackend


class Away(BaseEmailBackend):
    def open(self):
        raise ConnectionRefusedError


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown") for message in messages})


class BreakingOff(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected(f"lost while sending to {messages[0].to[0]}")
