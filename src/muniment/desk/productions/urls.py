"""The addresses of the productions app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.productions import pages

app_name = "productions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("productions/", pages.listing, name="list"),
    path("productions/new/", pages.new, name="new"),
    path("productions/<int:number>/", pages.detail, name="detail"),
    path("productions/<int:number>/progress/", pages.progress, name="progress"),
    path("productions/<int:number>/download/", pages.download, name="download"),
    path("productions/<int:number>/remove/", pages.remove, name="remove"),
    path("productions/<int:number>/take-back/", pages.take_back, name="take_back"),
]
