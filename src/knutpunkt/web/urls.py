"""Which address shows what."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from knutpunkt.reception.boards.urls import boards_urlpatterns
from knutpunkt.reception.booking_pages.urls import booking_urlpatterns
from knutpunkt.reception.desk.urls import desk_urlpatterns
from knutpunkt.reception.kiosk.urls import follow_urlpatterns, kiosk_urlpatterns
from knutpunkt.reception.views.display import urlpatterns_display
from knutpunkt.web import views

admin.autodiscover()

urlpatterns = [
    path("", include("knutpunkt.public.urls")),
    path("siting/", include("knutpunkt.planning.urls")),
    path("programme/", include("knutpunkt.programme.urls")),
    path("reports/", include("knutpunkt.reports.urls")),
    path("visits/", include((boards_urlpatterns, "visits"))),
    path("reception/", include((desk_urlpatterns, "reception"))),
    path("book/", include((booking_urlpatterns, "booking"))),
    path("kiosk/", include((kiosk_urlpatterns, "kiosk"))),
    path("q/", include((follow_urlpatterns, "follow"))),
    path("display/", include((urlpatterns_display, "display"))),
    path("api/reception/", include("knutpunkt.reception.api.urls")),
    path("api/", include("knutpunkt.public.api.urls")),
    path("login/", LoginView.as_view(), name="login"),
    path("login/home/", views.home_after_login, name="home-after-login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("favicon.ico", RedirectView.as_view(url="/static/web/knutpunkt.svg")),
    path("robots.txt", views.robots, name="robots"),
    path("admin/", admin.site.urls),
]

handler400 = "knutpunkt.web.views.bad_request"
handler403 = "knutpunkt.web.views.permission_denied"
handler404 = "knutpunkt.web.views.page_not_found"
handler500 = "knutpunkt.web.views.server_error"
