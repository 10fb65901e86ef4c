"""Django stands before the test modules here are read: they name models."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()
