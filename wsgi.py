"""For any WSGI server: `granian --interface wsgi wsgi:app`."""

from referral.app import create_app

app = create_app()
