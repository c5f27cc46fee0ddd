"""What each way of looking at the money draws in the tabs of its question."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.web.pages import money_areas, money_others, money_panel, money_series, money_synthetic, money_value
from toolkit.web.pages.questions.parts import Parts, of_bundle


def _counts(bundle: Bundle) -> None:
    if bundle.may.state != "cannot_say":
        money_series.draw(bundle)


def _counts_and_ways(bundle: Bundle) -> None:
    """Draw the counts where what failed is the picture of the answer, and the ways to work it out."""
    if bundle.may.state == "cannot_say":
        money_series.draw(bundle)
    money_series.draw_ways(bundle)


SERIES = Parts(answer=of_bundle(_counts), sure=of_bundle(_counts_and_ways))
"""A county's own counts."""

AREAS = Parts(answer=of_bundle(money_areas.draw), sure=of_bundle(money_areas.draw_ways, money_value.draw))
"""Areas by the money each got."""

PANEL = Parts(
    answer=of_bundle(money_panel.draw),
    sure=of_bundle(money_panel.draw_ways, money_others.draw),
    whom=of_bundle(money_panel.draw_sources),
    method=of_bundle(money_panel.draw_breaks),
)
"""All councils, as far as it was published."""

SYNTHETIC = Parts(
    answer=of_bundle(money_synthetic.draw),
    sure=of_bundle(money_synthetic.draw_ways),
    method=of_bundle(money_synthetic.draw_councils),
)
"""A council beside a mixture of others."""
