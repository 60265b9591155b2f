"""POST, redirect, GET, with the SQL that the journey needs."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from bench.reference.models import Answer, Attempt, Lesson, Option, Question, Quiz


@login_required
def lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson = get_object_or_404(Lesson.objects.select_related("course"), pk=lesson_id)
    quiz = get_object_or_404(Quiz, lesson=lesson)
    return render(request, "lesson.html", {"lesson": lesson, "quiz": quiz})


@login_required
@require_POST
def start(request: HttpRequest, quiz_id: int) -> HttpResponse:
    quiz = get_object_or_404(Quiz, pk=quiz_id)
    with transaction.atomic():
        attempt = Attempt.objects.create(user=request.user, quiz=quiz)
    return redirect("question", attempt.pk, 1)


@login_required
def question(request: HttpRequest, attempt_id: int, position: int) -> HttpResponse:
    attempt = get_object_or_404(Attempt, pk=attempt_id, user=request.user, finished_at=None)
    if request.method == "POST":
        return save(request, attempt, position)
    options = Option.objects.filter(question__quiz=attempt.quiz_id, question__position=position)
    context = {"position": position, "options": options.select_related("question").order_by("pk")}
    return render(request, "question.html", context)


def save(request: HttpRequest, attempt: Attempt, position: int) -> HttpResponse:
    options = Option.objects.filter(question__quiz=attempt.quiz_id, question__position=position)
    option = get_object_or_404(options, pk=request.POST["option"])
    with transaction.atomic():
        answer = Answer.objects.filter(attempt=attempt, question=option.question_id).first()
        answer = answer or Answer(attempt=attempt, question_id=option.question_id)
        answer.option = option
        answer.save()
    if position < Question.objects.filter(quiz=attempt.quiz_id).count():
        return redirect("question", attempt.pk, position + 1)
    return finish(attempt)


def finish(attempt: Attempt) -> HttpResponse:
    attempt.score = Answer.objects.filter(attempt=attempt, option__is_correct=True).count()
    attempt.finished_at = timezone.now()
    attempt.save(update_fields=["score", "finished_at"])
    return redirect("result", attempt.pk)


@login_required
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    attempt = get_object_or_404(Attempt.objects.select_related("quiz"), pk=attempt_id, user=request.user)
    answers = list(
        Answer.objects.filter(attempt=attempt).select_related("question", "option").order_by("question__position")
    )
    passed = attempt.score * 100 >= attempt.quiz.pass_percent * len(answers)
    return render(request, "result.html", {"attempt": attempt, "answers": answers, "passed": passed})
