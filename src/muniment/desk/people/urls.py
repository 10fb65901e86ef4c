"""The addresses of the people app."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.people.pages import account, entrance, feed, groups, people, users

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.listing, name="list"),
    path("people/add/", people.add, name="add"),
    path("people/feed/", feed.feed, name="feed"),
    path("people/desks/", groups.listing, name="groups"),
    path("people/desks/add/", groups.add, name="add_group"),
    path("people/desks/<int:number>/", groups.group, name="group"),
    path("people/desks/<int:number>/<slug:what>/", groups.add_member, name="add_member"),
    path("people/desks/<int:number>/<slug:what>/<int:row>/end/", groups.end_member, name="end_member"),
    path("people/<int:number>/", people.person, name="person"),
    path("people/<int:number>/change/", people.change, name="change"),
    path("people/<int:number>/handles/", people.add_handle, name="add_handle"),
    path("people/<int:number>/<slug:what>/<int:row>/end/", people.end, name="end"),
    path("access/", users.listing, name="access"),
    path("access/add/", users.add, name="add_user"),
    path("access/<int:number>/", users.user, name="user"),
    path("access/<int:number>/code/", users.new_code, name="new_code"),
    path("access/<int:number>/person/", users.tie, name="tie"),
    path("access/<int:number>/end/", users.end, name="end_user"),
    path("access/<int:number>/roles/", users.give, name="give"),
    path("access/<int:number>/roles/<int:row>/end/", users.end_grant, name="end_grant"),
    path("access/<int:number>/sign-ins/<int:row>/end/", users.end_sign_in, name="end_sign_in"),
    path("access/<int:number>/tokens/<int:row>/revoke/", users.revoke_token, name="revoke_token"),
    path("account/", account.account, name="account"),
    path("account/sign-ins/<int:row>/end/", account.end_sign_in, name="end_own_sign_in"),
    path("account/tokens/new/", account.new_token, name="new_token"),
    path("account/tokens/<int:row>/revoke/", account.revoke_token, name="revoke_own_token"),
    path("welcome/", entrance.welcome, name="welcome"),
    path("demo/", entrance.demonstration, name="demonstration"),
    path("demo/<str:name>/", entrance.enter_demonstration, name="enter_demonstration"),
]
