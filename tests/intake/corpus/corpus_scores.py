"""Scores and stages as people and systems write them: the number meant, or a sentence; never another number."""

from __future__ import annotations

from datetime import date

from corpus_case import Case, Wrong, Xml, cell_cases, table, xlsx

ENTER = "Enter a whole number from 1 to 5."
ERROR = "It is a spreadsheet error, not a value. Put right the formula in the cell, or type the value."
STAGES = 'Choose "At the start of support", "At a review" or "At the end of support".'

TEXTS = (
    ("text", "4", 4),
    ("decimal-whole", "4.0", 4),
    ("decimal", "4.5", Wrong(f"is 4.5. {ENTER}")),
    ("decimal-comma", "4,0", Wrong(f"is 4,0. {ENTER}")),
    ("word", "four", Wrong(f"is four. {ENTER}")),
    ("of-five", "4/5", Wrong(f"is 4/5. {ENTER}")),
    ("of-five-words", "4 out of 5", Wrong(f'is "4 out of 5". {ENTER}')),
    ("range", "3-4", Wrong(f"is 3-4. {ENTER}")),
    ("bracketed", "(4)", Wrong(f"is (4). {ENTER}")),
    ("starred", "4*", Wrong(f"is 4*. {ENTER}")),
    ("zero", "0", Wrong(f"is 0. {ENTER}")),
    ("six", "6", Wrong(f"is 6. {ENTER}")),
    ("negative", "-1", Wrong(f"is -1. {ENTER}")),
    ("plus", "+4", Wrong(f"is +4. {ENTER}")),
    ("huge", "9" * 40, Wrong(f"is {'9' * 40}. {ENTER}")),
    ("very-long", "9" * 400, Wrong(f'is "{"9" * 60}…". {ENTER}')),
    ("exponent", "4E0", Wrong(f"is 4E0. {ENTER}")),
    ("per-cent", "80%", Wrong(f"is 80%. {ENTER}")),
    ("leading-zero", "04", 4),
    ("nan", "NaN", Wrong(f"is NaN. {ENTER}")),
    ("infinite", "Infinity", Wrong(f"is Infinity. {ENTER}")),
    ("underscored", "1_0", Wrong(f"is 1_0. {ENTER}")),
    ("arabic-digit", "٤", Wrong(f"is ٤. {ENTER}")),
    ("superscript", "²", Wrong(f"is ². {ENTER}")),
    ("full-width", "４", Wrong(f"is ４. {ENTER}")),
    ("roman", "Ⅳ", Wrong(f"is Ⅳ. {ENTER}")),
    ("keycap-emoji", "4️⃣", Wrong(f'is "4️⃣". {ENTER}')),
    ("letter-l", "l", Wrong(f"is l. {ENTER}")),
    ("letter-o", "O", Wrong(f"is O. {ENTER}")),
    ("zero-width", "\u200b4", Wrong(f'is "□4". {ENTER}')),
    ("no-break-space", "\xa04", 4),
    ("spaces", " 4 ", 4),
    ("blank", "", Wrong(f"is blank. {ENTER}")),
    ("dash", "-", Wrong(f"is -. {ENTER}")),
    ("not-known", "N/K", Wrong(f"is N/K. {ENTER}")),
    ("ref-error", "#REF!", Wrong(f'is "#REF!". {ERROR}')),
    ("name-error", "#NAME?", Wrong(f'is "#NAME?". {ERROR}')),
    ("formula-text", "=2+2", Wrong(f"is =2+2. {ENTER}")),
    ("formula-command", "=cmd|' /C calc'!A0", Wrong(f"is \"=cmd|' /C calc'!A0\". {ENTER}")),
    ("markup", "<b>4</b>", Wrong(f"is <b>4</b>. {ENTER}")),
)
TYPED = (
    ("number", 4, 4),
    ("float", 4.0, 4),
    ("almost-four", 3.9999999999, Wrong(f"is 3.9999999999. {ENTER}")),
    ("half", 4.5, Wrong(f"is 4.5. {ENTER}")),
    ("huge", 1e308, Wrong(f"is 1e+308. {ENTER}")),
    ("overflow", Xml('<c r="{at}"><v>1e999</v></c>'), Wrong(f"is inf. {ENTER}")),
    ("nan", Xml('<c r="{at}"><v>NaN</v></c>'), Wrong(f"is nan. {ENTER}")),
    ("tiny", 4e-320, Wrong(f"is 4e-320. {ENTER}")),
    ("minus-zero", -0.0, Wrong(f"is 0. {ENTER}")),
    ("truth", True, Wrong(f"is TRUE. {ENTER}")),
    ("day", date(1900, 1, 4), Wrong(f"is 05/01/1900. {ENTER}")),
    (
        "error-cell",
        Xml('<c r="{at}" t="e"><v>#REF!</v></c>'),
        Wrong("is an error. Put right the formula in the cell, or type the value."),
    ),
    (
        "error-cell-name",
        Xml('<c r="{at}" t="e"><v>#NAME?</v></c>'),
        Wrong("is an error. Put right the formula in the cell, or type the value."),
    ),
    (
        "not-worked-out",
        Xml('<c r="{at}"><f>2+2</f></c>'),
        Wrong("is a formula that was never worked out. Open the workbook in Excel, save it and upload it again."),
    ),
    ("worked-out", Xml('<c r="{at}"><f>2+2</f><v>4</v></c>'), 4),
    ("formula-of-text", Xml('<c r="{at}" t="str"><f>"4"</f><v>4</v></c>'), 4),
    ("formula-of-blank", Xml('<c r="{at}" t="str"><f>""</f><v></v></c>'), Wrong(f"is blank. {ENTER}")),
    ("not-a-number", Xml('<c r="{at}"><v>four</v></c>'), Wrong(f"is four. {ENTER}")),
    (
        "rich-text",
        Xml('<c r="{at}" t="inlineStr"><is><r><t>4</t></r><r><t>5</t></r></is></c>'),
        Wrong(f"is 45. {ENTER}"),
    ),
    ("entity-digit", Xml('<c r="{at}" t="inlineStr"><is><t>&#52;</t></is></c>'), 4),
    ("escaped-digit", Xml('<c r="{at}" t="inlineStr"><is><t>_x0034_</t></is></c>'), 4),
    ("cdata", Xml('<c r="{at}" t="inlineStr"><is><t><![CDATA[4]]></t></is></c>'), 4),
    ("comment-within", Xml('<c r="{at}"><v>4<!-- 5 --></v></c>'), 4),
)
STAGE = (
    ("meaning", "At a review", "review"),
    ("capitals", "REVIEW", "review"),
    ("dashes", "at-a-review", "review"),
    ("misspelt", "Reveiw", Wrong(f'is Reveiw. Did you mean "review"? {STAGES}')),
    ("number", "2", Wrong(f"is 2. {STAGES}")),
    ("look-alike-letter", "rеview", Wrong(f'is rеview. Did you mean "review"? {STAGES}')),
    ("formula", "=review", "review"),  # signs are nothing in a code; it is stored as the code
    ("zero-width", "re\u200bview", "review"),
    ("right-to-left-override", "\u202eweiver", Wrong(f'is "□weiver". {STAGES}')),
    ("blank", "", Wrong(f"is blank. {STAGES}")),
)

DAMAGED = (
    '"x.xlsx" is damaged: it cannot be read as a workbook. Open it in Excel; if it opens, save it under a new name '
    "and upload that."
)

CASES = (
    Case(
        "score-shared-text-missing",
        "x.xlsx",
        lambda: xlsx(table(("F000002", "C01", "02/05/2012", "start", Xml('<c r="{at}" t="s"><v>99</v></c>')))),
        DAMAGED,
    ),
    *cell_cases("score", "score", TEXTS),
    *cell_cases("typed-score", "score", TYPED),
    *cell_cases("stage", "stage", STAGE),
    *cell_cases("score-ods", "score", TEXTS[:6], kinds=("ods",)),
    *cell_cases("score-xls", "score", TEXTS[:6], kinds=("xls",)),
)
