"""The one picture of an answer on a member's page: the same as in the report, made by the same functions."""

from __future__ import annotations

from toolkit.publish.members.missed import TENTH, ways_there
from toolkit.publish.members.model import MemberView
from toolkit.report.pictures import missed_picture, picture_of
from toolkit.web.parts.layout import link
from toolkit.web.parts.picture import draw_picture


def draw(view: MemberView) -> None:
    """Draw it; nothing where a verdict's state, or protection, leaves nothing to draw."""
    picture = picture_of(view)
    if picture is None:
        return
    draw_picture(picture, simulated=view.simulated)
    if TENTH in ways_there(view):
        link("reach", "Who is not reached: by district, language and household too")


def of_missed(view: MemberView, way: str) -> None:
    """Draw how many of every 100 families had not joined, by one way of telling them apart."""
    draw_picture(missed_picture(view, way), simulated=view.simulated)
