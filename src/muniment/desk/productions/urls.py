"""The addresses of the productions app."""

from django.urls import URLPattern, URLResolver

app_name = "productions"
urlpatterns: list[URLPattern | URLResolver] = []
