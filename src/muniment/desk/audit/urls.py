"""The addresses of the audit app."""

from django.urls import URLPattern, URLResolver, path, re_path

from muniment.desk.audit import pages

app_name = "audit"
urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", pages.log, name="log"),
    path("audit/<int:leaf>/", pages.entry, name="entry"),
    re_path(r"^audit/audit\.(?P<kind>csv|ndjson)$", pages.export, name="export"),
]
