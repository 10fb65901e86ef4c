"""All addresses. Each app has its own; what they share stands here."""

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.i18n import set_language

from muniment.site import errors
from muniment.site.later import Later

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("muniment.desk.dashboard.urls")),
    path("", include("muniment.desk.productions.urls")),
    path("", include("muniment.desk.imports.urls")),
    path("", include("muniment.desk.channels.urls")),
    path("", include("muniment.desk.register.urls")),
    path("", include("muniment.desk.archive.urls")),
    path("", include("muniment.desk.audit.urls")),
    path("", include("muniment.desk.people.urls")),
    path("sign-in/", include("muniment.desk.people.signin.urls")),
    path("language/", set_language, name="language"),
    Later(RoutePattern("api/v1/"), "muniment.site.api", app_name="ninja", namespace="api"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
