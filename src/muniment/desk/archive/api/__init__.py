"""The archive over the API: the same access as the pages, so the same scope and the same audit entries."""

from muniment.desk.archive.api import members, reading

routers = (reading.router, members.router)
