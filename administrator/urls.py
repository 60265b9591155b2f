from django.urls import path

from administrator.views import obligations, overview, people, requirements

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
    path("<slug:organization>/obligations/", obligations.obligations, name="obligations"),
    path("<slug:organization>/obligations.csv", obligations.obligations_csv, name="obligations-csv"),
]
