from django.urls import path

from author import views

app_name = "author"

ITEM = "<slug:organization>/versions/<uuid:version_id>/<slug:assessment_key>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:organization>/", views.desk, name="desk"),
    path("<slug:organization>/challenges/<uuid:challenge_id>/", views.challenge, name="challenge"),
    path(ITEM, views.quiz, name="quiz"),
    path(f"{ITEM}<slug:item_key>/", views.item, name="item"),
    path("<slug:organization>/adjustments/<uuid:adjustment_id>/", views.adjustment, name="adjustment"),
    path(
        "<slug:organization>/adjustments/<uuid:adjustment_id>/approval/",
        views.adjustment_approval,
        name="adjustment-approval",
    ),
    path(
        "<slug:organization>/adjustments/<uuid:adjustment_id>/withdrawal/",
        views.adjustment_withdrawal,
        name="adjustment-withdrawal",
    ),
]
