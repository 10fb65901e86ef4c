"""The addresses of the channels app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.channels import hooks

app_name = "channels"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/<slug:connector>/<slug:hook>/", hooks.deliver, name="deliver"),
    path("api/v1/capture", hooks.push, name="push"),
]
