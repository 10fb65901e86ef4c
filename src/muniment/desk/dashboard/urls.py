"""The addresses of the dashboard app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.dashboard.pages import home

app_name = "dashboard"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("attention/", home.everything, name="attention"),
]
