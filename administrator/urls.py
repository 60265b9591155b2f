from django.urls import path

from administrator.views import accommodations, obligations, overview, people, requirements

app_name = "administrator"

urlpatterns = [
    path("", overview.home, name="home"),
    path("<slug:organization>/", overview.overview, name="overview"),
    path("<slug:organization>/people/", people.people, name="people"),
    path("<slug:organization>/people/new/", people.person_new, name="person-new"),
    path("<slug:organization>/people/<uuid:membership_id>/", people.person, name="person"),
    path(
        "<slug:organization>/people/<uuid:membership_id>/invitation/",
        people.person_invitation,
        name="person-invitation",
    ),
    path("<slug:organization>/requirements/", requirements.requirements, name="requirements"),
    path("<slug:organization>/requirements/new/", requirements.assignment_new, name="assignment-new"),
    path("<slug:organization>/accommodations/", accommodations.accommodations, name="accommodations"),
    path(
        "<slug:organization>/accommodations/<uuid:request_id>/",
        accommodations.accommodation_request,
        name="accommodation-request",
    ),
    path(
        "<slug:organization>/accommodations/<uuid:accommodation_id>/end/",
        accommodations.accommodation_end,
        name="accommodation-end",
    ),
    path("<slug:organization>/obligations/", obligations.obligations, name="obligations"),
    path("<slug:organization>/obligations.csv", obligations.obligations_csv, name="obligations-csv"),
]
