"""The rates that may change without anybody touching the code."""

import json
from pathlib import Path

RATES = Path(__file__).resolve().parent / "rates.json"


def read_tax_percent():
    return json.loads(RATES.read_text())["tax_percent"]
