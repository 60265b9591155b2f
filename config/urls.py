from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("visitor.urls")),
    path("accounts/", include("allauth.urls")),
    path("learn/", include("learner.urls")),
    path("manage/", include("administrator.urls")),
    path("author/", include("author.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
