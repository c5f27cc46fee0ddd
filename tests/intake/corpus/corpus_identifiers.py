"""Family numbers that spreadsheets spoil or people disguise: kept exactly as written, or refused."""

from __future__ import annotations

from datetime import date

from corpus_case import Wrong, Xml, cell_cases

CHECK = "No such family is stored. Check the family number."
MEANT = 'No such family is stored. Did you mean "{}"?'
UNSEEN = "It has a sign in it that cannot be seen. Delete the cell and type it again."
ENTER = "Enter the family number, such as F000123."
CHANGED = f"Excel may have changed it. Format the cell as text and type it again. {ENTER}"
DIGITS = "Excel keeps only 15 digits of a number. Format the cell as text and type it again."
NAME = "is not shown, as it looks like a name. Enter the family number, never a name."
TRIMMED = '1 value had spaces around it, which were left out ("Family number", row 3).'
SHORTENED = "It is a number that was shortened on the way. Format the cell as text and type it again in full."

TEXTS = (
    ("plain", "F000002", "F000002"),
    ("leading-zeros-kept", "00123", "00123"),
    ("leading-zeros-lost", "0123", Wrong(f"is 0123. {CHECK}")),  # 123 and 00123 are both stored: neither is suggested
    ("leading-zero-added", "07", Wrong(f"is 07. {MEANT.format('7')}")),
    ("case", "f000002", Wrong(f"is f000002. {MEANT.format('F000002')}")),
    ("scientific", "1.2E+10", Wrong(f"is 1.2E+10. {SHORTENED}")),
    ("scientific-small", "1e-5", Wrong(f"is 1e-5. {SHORTENED}")),
    ("like-scientific", "1E5", Wrong(f"is 1E5. {CHECK}")),
    ("decimal", "7.0", Wrong(f"is 7.0. {CHECK}")),
    ("thousands", "12,345", Wrong(f"is 12,345. {CHECK}")),
    ("spaces", "  F000002 ", "F000002", TRIMMED),
    ("no-break-spaces", "\xa0F000002", "F000002", TRIMMED),
    ("inner-space", "F 000002", Wrong(f'is "F 000002". {MEANT.format("F000002")}')),
    ("emoji", "😀😀", Wrong(f'is "😀😀". {CHECK}')),
    ("emoji-joined", "👨\u200d👩\u200d👧", Wrong(f'is "👨□👩□👧". {UNSEEN}')),
    ("right-to-left", "عائلة١", Wrong(f"is عائلة١. {CHECK}")),
    ("right-to-left-override", "\u202e200000F", Wrong(f'is "□200000F". {UNSEEN}')),
    ("isolates", "\u2066F000002\u2069", Wrong(f'is "□F000002□". {UNSEEN}')),
    ("zero-width-space", "F000\u200b002", Wrong(f'is "F000□002". {UNSEEN}')),
    ("zero-width-joiner", "F000\u200d002", Wrong(f'is "F000□002". {UNSEEN}')),
    ("byte-order-mark", "\ufeffF000002", Wrong(f'is "□F000002". {UNSEEN}')),
    ("soft-hyphen", "F000\xad002", Wrong(f'is "F000□002". {UNSEEN}')),
    ("tag-characters", "F000002\U000e0041", Wrong(f'is "F000002□". {UNSEEN}')),
    ("look-alike-cyrillic", "Ғ000002", Wrong(f"is Ғ000002. {CHECK}")),
    ("look-alike-letter-o", "FOOOOO2", Wrong(f"is FOOOOO2. {CHECK}")),
    ("full-width", "Ｆ００００02", Wrong(f"is Ｆ００００02. {CHECK}")),
    ("combining-accent", "F000002\u0301", Wrong(f'is "F000002\u0301". {MEANT.format("F000002")}')),
    ("private-use", "F000002\ue000", Wrong(f'is "F000002□". {UNSEEN}')),
    ("unassigned", "F000002\u0378", Wrong(f'is "F000002□". {UNSEEN}')),
    ("line-break", "F000002\nF000003", Wrong(f'is "F000002□F000003". It has a line break or tab in it. {ENTER}')),
    ("tab", "F000\t002", Wrong(f'is "F000□002". It has a line break or tab in it. {ENTER}')),
    ("line-separator", "F000002\u2028F000003", Wrong(f'is "F000002□F000003". {UNSEEN}')),
    ("name", "Smith, Jane", Wrong(NAME)),
    ("name-of-two", "Jane and John Smith", Wrong(NAME)),
    ("very-long", "F" * 101, Wrong(f'is "{"F" * 60}…". It has 101 characters. Enter at most 100.')),
    ("formula", "=F000002", Wrong(f"is =F000002. {MEANT.format('F000002')}")),
    ("formula-command", "=cmd|'/C calc'!A0", Wrong("is \"=cmd|'/C calc'!A0\". " + CHECK)),
    ("formula-link", '=HYPERLINK("http://x","y")', Wrong(NAME)),
    ("apostrophe", "'F000002", Wrong(f"is 'F000002. {MEANT.format('F000002')}")),
    ("at-sign", "@F000002", Wrong(f"is @F000002. {MEANT.format('F000002')}")),
    ("statement", "F1'); DROP TABLE families;--", Wrong(f'is "F1\'); DROP TABLE families;--". {CHECK}')),
    ("markup", "<script>alert(1)</script>", Wrong(f"is <script>alert(1)</script>. {CHECK}")),
    ("markdown", "[F1](http://x)", Wrong(f"is [F1](http://x). {CHECK}")),
    ("path", "../../F000002", Wrong(f'is "../../F000002". {MEANT.format("F000002")}')),
    ("null-words", "NULL", Wrong(f"is NULL. {CHECK}")),
    ("nan", "nan", Wrong(f"is nan. {CHECK}")),
    (
        "error",
        "#N/A",
        Wrong("is #N/A. It is a spreadsheet error, not a value. Put right the formula in the cell, or type the value."),
    ),
    ("blank", "", Wrong(f"is blank. {ENTER}")),
    ("ideographic-space", "\u3000", Wrong(f"is blank. {ENTER}")),
)
TYPED = (
    ("number", 123, "123"),
    ("float", 7.0, "7"),
    ("fraction", 7.5, Wrong(f"is 7.5. A fraction cannot name anything. {ENTER}")),
    ("scientific", 1.2e10, "12000000000"),
    ("16-digits", 1234567890123456, Wrong(f"is 1.23456789012346e+15. {DIGITS}")),
    ("huge", 1e300, Wrong(f"is 1e+300. {DIGITS}")),
    ("negative", -7, Wrong(f"is -7. {MEANT.format('7')}")),
    ("truth", True, Wrong(f"is TRUE. {CHANGED}")),
    ("day", date(2012, 3, 1), Wrong(f"is 01/03/2012. {CHANGED}")),
    (
        "error-cell",
        Xml('<c r="{at}" t="e"><v>#N/A</v></c>'),
        Wrong("is an error. Put right the formula in the cell, or type the value."),
    ),
    (
        "escaped-sign",
        Xml('<c r="{at}" t="inlineStr"><is><t>F00_x0000_0002</t></is></c>'),
        Wrong(f'is "F00□0002". {UNSEEN}'),
    ),
    (
        "phonetic",
        Xml('<c r="{at}" t="inlineStr"><is><t>F000002</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'),
        "F000002",
    ),
)
OWN_ONLY = "You upload for C01 only. Take the row out, or ask the early intervention lead."
CENTRES = (
    ("another-centres", "C02", Wrong(f"is C02. {OWN_ONLY}")),
    ("unknown", "C99", Wrong(f'is C99. No such centre is stored. Known: "C01". {OWN_ONLY}')),
    ("case", "c01", Wrong(f'is c01. No such centre is stored. Did you mean "C01"? {OWN_ONLY}')),
    ("name-of-a-centre", "Worcester", Wrong(f'is Worcester. No such centre is stored. Known: "C01". {OWN_ONLY}')),
)
CASES = (
    *cell_cases("id", "family_id", TEXTS),
    *cell_cases("typed-id", "family_id", TYPED),
    *cell_cases("centre", "centre_id", CENTRES),
)
