"""The name of the tool as a picture, for the corner of every page."""

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="330" height="48" viewBox="0 0 330 48">
<title>Children's Centre impact toolkit</title>
<rect width="48" height="48" rx="7" fill="#1d4f76"/>
<path d="M9 17h30M14 31h20" stroke="#fff" stroke-width="4"/>
<circle cx="28" cy="17" r="6" fill="#ffd27a"/><circle cx="20" cy="31" r="6" fill="#fff"/>
<style>@media (prefers-color-scheme: dark) { g { fill: #f1f4f5; } }</style>
<g font-family="Arial, Helvetica, sans-serif" font-size="19" fill="#0b0c0c">
<text x="60" y="20" font-weight="700">Children's Centre</text><text x="60" y="42">impact toolkit</text>
</g>
</svg>"""
