"""Django has to be set up before the models of connections are read."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()
