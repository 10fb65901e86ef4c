"""What a web server calls: granian, by `muniment web`, or another."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
application = get_wsgi_application()
# Every page is loaded now: the first reader does not wait, and a broken build does not start.
assert get_resolver().url_patterns
