"""The addresses of the archive app. Below `media/` lie bytes from outside alone, under their own policy; pages of ours lie elsewhere."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.archive.pages import conversations, files, guesses, members, records, search

PLACE = "<int:leaf>-<int:ordinal>"

app_name = "archive"
urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", search.search, name="search"),
    path("search/narrow/", search.narrow, name="narrow"),
    path("search/names/", search.offer, name="names"),
    path("search/save/", search.save, name="save"),
    path("search/saved/<int:search>/", search.saved, name="saved"),
    path("search/saved/<int:search>/forget/", search.forget, name="forget"),
    path("conversations/<int:number>/", conversations.show, name="conversation"),
    path("conversations/<int:number>/members/", members.show, name="members"),
    path(f"events/{PLACE}/", conversations.event, name="event"),
    path(f"media/{PLACE}/<int:place>/", records.media, name="media"),
    path(f"media/{PLACE}/<int:place>/sound", files.sound, name="sound"),
    path(f"texts/{PLACE}/<int:place>/", files.text, name="text"),
    path(f"guesses/{PLACE}/<int:place>/", guesses.guess, name="guess"),
    path("records/<int:leaf>/", records.proof, name="proof"),
    path("records/<int:leaf>/raw", records.download, name="raw"),
    path("records/<int:leaf>/proof", records.proof_file, name="proof-file"),
    path("proofs/<str:log>/<int:leaf>/", records.audit, name="proof"),
    path("proofs/<str:log>/<int:leaf>/proof", records.audit_file, name="proof-file"),
    path("own/", search.own, name="own"),
    path("own/conversations/<int:number>/", conversations.show_own, name="own-conversation"),
    path("own/conversations/<int:number>/members/", members.show_own, name="own-members"),
    path(f"own/events/{PLACE}/", conversations.event_own, name="own-event"),
    path(f"own/media/{PLACE}/<int:place>/", records.media_own, name="own-media"),
    path(f"own/media/{PLACE}/<int:place>/sound", files.sound_own, name="own-sound"),
    path(f"own/texts/{PLACE}/<int:place>/", files.text_own, name="own-text"),
    path(f"own/guesses/{PLACE}/<int:place>/", guesses.guess_own, name="own-guess"),
]
