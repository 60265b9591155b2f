from django.urls import path

from author.views import desk, versions

app_name = "author"

VERSION = "<slug:organization>/versions/<uuid:version_id>/"
ASSESSMENT = f"{VERSION}<slug:assessment_key>/"

urlpatterns = [
    path("", desk.home, name="home"),
    path("<slug:organization>/", desk.desk, name="desk"),
    path("<slug:organization>/challenges/<uuid:challenge_id>/", desk.challenge, name="challenge"),
    # Not below the version, where it could be the key of a quiz that is published already.
    path("<slug:organization>/feedback/<uuid:version_id>/", versions.feedback, name="feedback"),
    path(f"{VERSION}coverage/", versions.coverage, name="coverage"),
    path(f"{VERSION}review/", versions.review, name="review"),
    path(f"{VERSION}changes/", versions.changes, name="changes"),
    path(ASSESSMENT, versions.assessment, name="assessment"),
    path(f"{ASSESSMENT}<slug:item_key>/", desk.item, name="item"),
    path("<slug:organization>/adjustments/<uuid:adjustment_id>/", desk.adjustment, name="adjustment"),
    path(
        "<slug:organization>/adjustments/<uuid:adjustment_id>/approval/",
        desk.adjustment_approval,
        name="adjustment-approval",
    ),
    path(
        "<slug:organization>/adjustments/<uuid:adjustment_id>/withdrawal/",
        desk.adjustment_withdrawal,
        name="adjustment-withdrawal",
    ),
]
