from django.urls import path

from visitor.views import about, catalog, health, invitations, reference, verification

app_name = "visitor"

urlpatterns = [
    path("", catalog.home, name="home"),
    path("courses/", catalog.courses, name="courses"),
    path("courses/<slug:slug>/", catalog.course, name="course"),
    path("courses/<slug:slug>/media/<slug:sha256>", catalog.media, name="media"),
    path("courses/<slug:slug>/facts/", reference.facts, name="facts"),
    path("courses/<slug:slug>/references/", reference.references, name="references"),
    path("courses/<slug:slug>/<slug:lesson_key>/", reference.page, name="reference"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("verify/", verification.verify, name="verify"),
    path("verify/keys.json", verification.keys, name="keys"),
    path("verify/<str:code>.json", verification.certificate_json, name="certificate-json"),
    path("verify/<str:code>/", verification.certificate, name="certificate"),
    path("about/privacy/", about.privacy, name="privacy"),
    path("about/terms/", about.terms, name="terms"),
    path("about/accessibility/", about.accessibility, name="accessibility"),
    path("about/contact/", about.contact, name="contact"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
