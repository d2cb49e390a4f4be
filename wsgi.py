"""The app as a WSGI server looks for it."""

from routes.app import create_app

app = create_app()
