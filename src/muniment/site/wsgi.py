"""What a web server calls: granian, by `muniment web`, or another."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
application = get_wsgi_application()
assert get_resolver().url_patterns  # loads every page now: the first reader does not wait, a broken build does not start
