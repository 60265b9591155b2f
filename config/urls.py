from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("visitor.urls")),
    path("accounts/", include("allauth.urls")),
    path("learn/", include("learner.urls")),
    path("manage/", include("administrator.urls")),
]
