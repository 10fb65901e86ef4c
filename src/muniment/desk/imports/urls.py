"""The addresses of the imports app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.imports.pages import accounts, handin, imports

app_name = "imports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.listing, name="list"),
    path("imports/running/", imports.running, name="running"),
    path("imports/new/", imports.new, name="new"),
    path("imports/new/<slug:upload>/", imports.check, name="check"),
    path("imports/new/<slug:upload>/remove/", imports.discard, name="discard"),
    path("imports/jobs/<int:number>/", imports.job, name="job"),
    path("imports/jobs/<int:number>/progress/", imports.progress, name="progress"),
    path("imports/<uuid:identifier>/", imports.detail, name="detail"),
    path("imports/<uuid:identifier>/vanished/", imports.gone, name="vanished"),
    path("imports/<uuid:identifier>/<slug:fate>/<slug:what>/", imports.parts, name="parts"),
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/add/", accounts.add, name="add_account"),
    path("accounts/<slug:source>/", accounts.account, name="account"),
    path("accounts/<slug:source>/hold/", accounts.hold, name="hold"),
    path("accounts/<slug:source>/release/<int:holding>/", accounts.release, name="release"),
    path("handles/", accounts.unmatched, name="handles"),
    path("handles/assign/", accounts.assign, name="assign"),
    path("handles/disregard/", accounts.disregard, name="disregard"),
    path("own/hand-in/", handin.form, name="hand-in"),
    path("own/hand-in/<slug:token>/", handin.received, name="handed"),
]
