"""Times that can be booked: an office manager makes pools and changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from
from knutpunkt.reception.desk.pages.pools import bookable_of, lines_of, pools_of
from knutpunkt.reception.desk.pool_form import PoolForm
from knutpunkt.reception.desk.views.answering import Refusal, answer_manage, refusal_of
from knutpunkt.reception.models import BookingPool
from knutpunkt.reception.services.pools import pool_set


@require_safe
@at_my_office("manage")
def pools(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the pools, what is free on next days, and the form for one of them or a new one."""
    return pools_response(request, post, _asked(post, request.GET.get("pool", "")))


@posted_from("reception:pools")
@at_my_office("manage")
def keep_pool(request: HttpRequest, post: Post) -> HttpResponse:
    """Make a pool, or change the one the form is about."""
    pool = _asked(post, request.POST.get("pool", ""))
    form = PoolForm(request.POST, office=post.office, pool=pool, auto_id="pool-%s")
    if not form.is_valid():
        return pools_response(request, post, pool, form=form, status=400)
    try:
        kept = pool_set(office=post.office, **form.values())
    except KnutpunktError as error:
        return pools_response(request, post, pool, form=form, refusal=refusal_of(error))
    messages.success(request, _("The pool is kept. What can be booked follows it at once."))
    return redirect(f"{reverse('reception:pools', args=[post.key])}?pool={kept.key}")


def pools_response(
    request: HttpRequest, post: Post, pool: BookingPool | None, *,
    form: PoolForm | None = None, refusal: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Answer with the pools; without one chosen, the first one's free times are shown."""
    found = pools_of(post.office)
    shown = next((one for one in found if pool and one.pk == pool.pk), next(iter(found), None))
    page: dict[str, Any] = {
        "pools": lines_of(found),
        "chosen": pool,
        "shown": shown,
        "bookable": bookable_of(post.office, shown) if shown else None,
        "form": form or PoolForm(office=post.office, pool=pool, auto_id="pool-%s"),
    }
    return answer_manage(request, post, "pools", refusal=refusal, status=status, **page)


def _asked(post: Post, key: str) -> BookingPool | None:
    """The pool asked for; none when none was named. One that is not there has no page."""
    if not key:
        return None
    found = BookingPool.objects.filter(office=post.office, key=key[:40]).first()
    if found is None:
        raise Http404
    return found
