"""The centres: one row a Children's Centre."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

AREA_TEAMS = {"north_east": "North East", "north_west": "North West", "south": "South"}
PROVIDERS = {"county": "County council", "school": "School", "voluntary": "Voluntary organisation"}
PLACES = {
    "centre": "Children's Centre",
    "family_hub": "Family hub",
    "best_start_hub": "Best Start Family Hub",
    "outreach": "Outreach: no building of its own",
}

CENTRES = Table(
    name="centres",
    title="Centres",
    one_row_is="a Children's Centre",
    key=("centre_id",),
    columns=(
        Column(
            "centre_id",
            "Centre number",
            Kind.IDENTIFIER,
            "The centre's own number or short name, the same in every file.",
            synonyms=("centre", "centre ref", "centre code"),
            example="C01",
        ),
        Column("name", "Centre name", Kind.TEXT, "The centre's name as families know it.", example="Elm Lane"),
        Column(
            "district", "District", Kind.TEXT, "The district council area the centre stands in.", example="Northvale"
        ),
        Column(
            "area_team",
            "Area team",
            Kind.CODE,
            "The social care area team that covers the centre.",
            codes=AREA_TEAMS,
            example="north_east",
        ),
        Column("provider", "Run by", Kind.CODE, "Who runs the centre.", codes=PROVIDERS, example="county"),
        Column("opened_on", "Opened on", Kind.DATE, "The day the centre opened to families.", example="01/09/2006"),
        Column(
            "tracks_progress_from",
            "Scores families from",
            Kind.DATE,
            "The day the centre began to score families 1 to 5. Leave empty if it does not.",
            is_required=False,
            example="01/04/2008",
        ),
        Column(
            "kind",
            "Kind of place",
            Kind.CODE,
            "What kind of place it is. Leave empty for a Children's Centre.",
            codes=PLACES,
            is_required=False,
            synonyms=("place type", "type of place", "hub type", "type"),
            example="centre",
            came_later=True,
        ),
    ),
)
