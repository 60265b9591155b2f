from django.urls import path

from learner.views import (
    accommodations,
    attempts,
    cases,
    certificates,
    challenges,
    courses,
    obligations,
    profile,
    quizzes,
)

app_name = "learner"

urlpatterns = [
    path("", courses.home, name="home"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/enrollment/", courses.enrollment, name="enrollment"),
    path("courses/<slug:slug>/lessons/<slug:lesson_key>/", courses.lesson, name="lesson"),
    path("courses/<slug:slug>/quizzes/<slug:assessment_key>/", attempts.assessment, name="assessment"),
    path("courses/<slug:slug>/quizzes/<slug:assessment_key>/practice/", cases.practice, name="practice"),
    path("pause/", cases.pause, name="pause"),
    path("courses/<slug:slug>/accommodation/", accommodations.accommodation, name="accommodation"),
    path("courses/<slug:slug>/evaluation/", certificates.evaluation, name="evaluation"),
    path("courses/<slug:slug>/attestation/", certificates.attestation, name="attestation"),
    path("courses/<slug:slug>/certificate/", certificates.issue, name="certificate-issue"),
    path("attempts/<uuid:attempt_id>/", attempts.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/response/", quizzes.response, name="attempt-response"),
    path("attempts/<uuid:attempt_id>/choice/", cases.choice, name="attempt-choice"),
    path("attempts/<uuid:attempt_id>/submission/", quizzes.submission, name="attempt-submission"),
    path("attempts/<uuid:attempt_id>/result/", attempts.result, name="attempt-result"),
    path("attempts/<uuid:attempt_id>/challenge/", challenges.challenge, name="attempt-challenge"),
    path("transcript/", certificates.transcript, name="transcript"),
    path("certificates/<slug:code>.pdf", certificates.certificate_pdf, name="certificate-pdf"),
    path("certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("profile/", profile.profile, name="profile"),
    path("licenses/", profile.licenses, name="licenses"),
    path("licenses/<uuid:license_id>/", profile.license_edit, name="license"),
    path("shared/", profile.shared, name="shared"),
    path("obligations/<uuid:obligation_id>/", obligations.obligation, name="obligation"),
    path("obligations/<uuid:obligation_id>/acknowledgement/", obligations.acknowledgement, name="acknowledgement"),
    path("obligations/<uuid:obligation_id>/evidence/", obligations.evidence_new, name="evidence-new"),
    path("evidence/", obligations.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/file", obligations.evidence_file, name="evidence-file"),
    path("evidence/<uuid:evidence_id>/withdrawal/", obligations.evidence_withdrawal, name="evidence-withdrawal"),
]
