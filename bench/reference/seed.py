from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from bench.journey import COURSE, PASSWORD, learner_name
from bench.reference.models import Course, Lesson, Option, Question, Quiz


@transaction.atomic
def seed(learners: int) -> None:
    """The course of the bench, as this program's rows, and its learners."""
    yaml = YAML(typ="safe")
    _, head, body = (COURSE / "lessons" / "01-writing-notes.md").read_text().split("---\n", 2)
    course = Course.objects.create(title=yaml.load(COURSE / "course.yaml")["title"])
    lesson = Lesson.objects.create(course=course, title=yaml.load(head)["title"], html=MarkdownIt().render(body))
    source = yaml.load(COURSE / "quizzes" / "post-test.yaml")
    quiz = Quiz.objects.create(lesson=lesson, title=source["title"], pass_percent=source["pass_percent"])
    for position, item in enumerate(source["items"], start=1):
        texts = {"stem": item["stem"], "lead_in": item["lead_in"]}
        question = Question.objects.create(quiz=quiz, position=position, **texts)
        for option in item["options"]:
            Option.objects.create(question=question, text=option["text"], is_correct=option.get("correct", False))
    password = make_password(PASSWORD)
    names = (learner_name(number) for number in range(1, learners + 1))
    User.objects.bulk_create([User(username=name, email=name, password=password) for name in names])
