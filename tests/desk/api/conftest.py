"""Django stands before these tests are collected: they name its models; each test then points it to an archive of its own."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()
