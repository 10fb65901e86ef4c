"""The addresses of the channels app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.channels import hooks, sends
from muniment.desk.channels.pages import connections, health

app_name = "channels"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/<slug:connector>/<slug:hook>/", hooks.deliver, name="deliver"),
    path("hooks/<slug:connector>/<slug:hook>/send/<path:path>", sends.relay, name="relay"),
    path("hooks/<slug:connector>/<slug:hook>/sent", sends.told, name="told"),
    path("api/v1/capture", hooks.push, name="push"),
    path("capture/", connections.listing, name="list"),
    path("capture/gaps/", health.gaps, name="gaps"),
    path("capture/gaps/explain/", health.explain, name="explain"),
    path("capture/connect/", connections.choose, name="choose"),
    path("capture/connect/<slug:connector>/", connections.start, name="start"),
    path("capture/connect/<slug:connector>/settings/", connections.settings_of, name="settings_of"),
    path("capture/<slug:source>/", health.health, name="health"),
    path("capture/<slug:source>/days/<slug:day>/<slug:what>/", health.records, name="records"),
    path("capture/<slug:source>/files/<slug:state>/", health.files, name="files"),
    path("capture/<slug:source>/platform/", connections.platform, name="platform"),
    path("capture/<slug:source>/secrets/", connections.make_secrets, name="make_secrets"),
    path("capture/<slug:source>/on/", connections.switch_on, name="on"),
    path("capture/<slug:source>/off/", connections.switch_off, name="off"),
    path("capture/<slug:source>/settings/", connections.change, name="change"),
    path("capture/<slug:source>/quiet/", connections.quiet, name="quiet"),
    path("capture/<slug:source>/owner/", connections.owner, name="owner"),
    path("capture/<slug:source>/address/", connections.address, name="address"),
    path("capture/<slug:source>/test/", connections.test, name="test"),
    path("capture/<slug:source>/test/state/", connections.test_state, name="test_state"),
    path("capture/<slug:source>/canary/", connections.canary, name="canary"),
]
