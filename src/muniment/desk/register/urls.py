"""The addresses of the register."""

from django.urls import URLPattern, URLResolver, path

from muniment.desk.register.pages import channels, devices, posture

app_name = "register"
urlpatterns: list[URLPattern | URLResolver] = [
    path("register/", channels.listing, name="list"),
    path("register/people/", channels.people, name="people"),
    path("register/channels/add/", channels.add, name="add_channel"),
    path("register/channels/<int:number>/", channels.channel, name="channel"),
    path("register/channels/<int:number>/decide/", channels.decide, name="decide"),
    path("register/channels/<int:number>/assess/", channels.assess, name="assess"),
    path("register/channels/<int:number>/connectors/", channels.cover, name="cover"),
    path("register/channels/<int:number>/people/", channels.register, name="register"),
    path("register/channels/<int:number>/people/<int:row>/end/", channels.end, name="end_registration"),
    path("register/devices/", devices.listing, name="devices"),
    path("register/devices/add/", devices.add, name="add_device"),
    path("register/devices/<int:number>/", devices.device, name="device"),
    path("register/devices/<int:number>/change/", devices.change, name="change_device"),
    path("register/devices/<int:number>/issue/", devices.issue, name="issue"),
    path("register/devices/<int:number>/return/", devices.take_back, name="take_back"),
    path("register/devices/<int:number>/seen/", devices.see, name="see"),
    path("register/devices/<int:number>/remove/", devices.remove, name="remove_device"),
    path("register/posture/", posture.listing, name="postures"),
    path("register/posture/add/", posture.add, name="add_posture"),
    path("register/posture/<int:number>/", posture.posture, name="posture"),
    path("register/posture/<int:number>/evidence/", posture.show, name="show"),
    path("register/posture/<int:number>/drop/", posture.drop, name="drop"),
]
