from django.contrib.auth.views import LoginView
from django.urls import path

from bench.reference import views

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("lessons/<int:lesson_id>/", views.lesson, name="lesson"),
    path("quizzes/<int:quiz_id>/start/", views.start, name="start"),
    path("attempts/<int:attempt_id>/questions/<int:position>/", views.question, name="question"),
    path("attempts/<int:attempt_id>/result/", views.result, name="result"),
]
