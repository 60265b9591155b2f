from django.urls import path

from administrator import views

app_name = "administrator"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:organization>/", views.overview, name="overview"),
    path("<slug:organization>/people/", views.people, name="people"),
    path("<slug:organization>/people/new/", views.person_new, name="person-new"),
    path("<slug:organization>/people/<uuid:membership_id>/", views.person, name="person"),
    path("<slug:organization>/requirements/", views.requirements, name="requirements"),
    path("<slug:organization>/requirements/new/", views.assignment_new, name="assignment-new"),
    path("<slug:organization>/obligations/", views.obligations, name="obligations"),
    path("<slug:organization>/obligations.csv", views.obligations_csv, name="obligations-csv"),
]
