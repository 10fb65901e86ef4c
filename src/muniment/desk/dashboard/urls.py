"""The addresses of the dashboard app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.dashboard.pages import home, keys, setup, system

app_name = "dashboard"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", setup.first_visit(home.home), name="home"),
    path("attention/", home.everything, name="attention"),
    path("system/", system.system, name="system"),
    path("system/jobs/", system.work, name="jobs"),
    path("system/check/", system.check, name="check"),
    path("system/seal/", system.seal, name="seal"),
    path("system/keys/", keys.keys, name="keys"),
    path("system/keys/download/", keys.download, name="download_keys"),
    path("system/keys/prove/", keys.prove, name="prove_keys"),
    path("setup/", setup.first_visit(setup.steps), name="setup"),
    path("setup/begin/", setup.begin, name="begin"),
    path("setup/begin/firm/", setup.begin_firm, name="begin_firm"),
    path("setup/begin/people/", setup.begin_people, name="begin_people"),
    path("setup/firm/", setup.change_firm, name="firm"),
    path("setup/finish/", setup.finish, name="finish"),
]
