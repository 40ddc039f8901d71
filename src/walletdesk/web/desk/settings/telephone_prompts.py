"""The prompts of one language: their words, their recordings, and generating what is missing."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.voice.actions.settings import keep_prompt, remove_prompt
from walletdesk.voice.queries import prompt_for, prompt_states
from walletdesk.voice.speaking import CannotSpeak, can_speak, speak
from walletdesk.voice.wav import LARGEST
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_page, show, tell
from walletdesk.web.desk.settings.problems import problem

GENERATED_AT_ONCE = 12  # a page must answer within seconds


@require_safe
@section_page("telephone")
def page(request: StaffRequest, language: str) -> HttpResponse:
    """List the prompts of a language."""
    return _listed(request, language)


def _listed(
    request: StaffRequest, language: str, *, wrong: str = "", key: str = "", status: int = 200
) -> HttpResponse:
    names = names_of(request.membership.brand.languages)
    if language not in names:
        raise NotFound
    context = {
        "language": language,
        "language_name": names[language],
        "rows": prompt_states(request.membership.brand, language),
        "wrong": wrong,
        "wrong_key": key,
        "can_generate": can_speak(language),
    }
    return show(request, "telephone", "telephone_prompts", context, status=status)


@require_POST
@section_page("telephone")
def put(request: StaffRequest, language: str) -> HttpResponse:
    """Keep a recording that was chosen or made in the browser, or forget one."""
    key, file = request.POST.get("key", ""), request.FILES.get("sound")
    if request.POST.get("remove"):
        remove_prompt(actor=request.membership, language=language[:12], key=key[:48])
    elif file is None:
        return _listed(request, language, wrong=problem("required"), key=key, status=422)
    elif (file.size or 0) > LARGEST:
        return _listed(request, language, wrong=problem("sound_large"), key=key, status=422)
    else:
        try:
            keep_prompt(
                actor=request.membership, language=language, key=key, data=bytes(file.read())
            )
        except BadInput as error:
            said = problem(str(error.fields.get("sound", "")))
            return _listed(request, language, wrong=said, key=key, status=422)
    tell(request, _("Saved"))
    page_of = reverse("desk:settings:telephone_prompts", args=[language])
    return redirect(f"{page_of}#{slugify(key)}")


@require_POST
@section_page("telephone")
def generate(request: StaffRequest, language: str) -> HttpResponse:
    """Have a program speak some of what is missing; whether it is fit for use is said apart."""
    if language not in request.membership.brand.languages:
        raise NotFound
    missing = [row for row in prompt_states(request.membership.brand, language) if not row.state]
    try:
        for row in missing[:GENERATED_AT_ONCE]:
            keep_prompt(
                actor=request.membership,
                language=language,
                key=row.key,
                data=speak(row.text, language),
                generated=True,
            )
    except (CannotSpeak, BadInput):
        said = _("No program on this machine can speak this language.")
        return _listed(request, language, wrong=said, status=422)
    tell(request, _("Saved"))
    return redirect("desk:settings:telephone_prompts", language)


@require_safe
@section_page("telephone")
def sound(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """Let somebody listen to a prompt."""
    wav = prompt_for(request.membership.brand, language, key)
    response = HttpResponse(wav, content_type="audio/wav")
    response["Cache-Control"] = "private, no-store"
    return response
