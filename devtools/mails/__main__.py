"""`python -m devtools.mails`: write every kind of mail in every language into build/mails, to be looked at."""

import argparse
import html
import shutil
from pathlib import Path

from chalicelib.mail.languages import LANGUAGES
from devtools.mails import snapshots
from devtools.mails.samples import samples

TARGET = Path(__file__).resolve().parents[2] / "build" / "mails"
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mails</title>
<style>
body { margin: 24px; font: 16px/1.5 system-ui, sans-serif; }
section { display: flex; flex-wrap: wrap; gap: 24px; }
figure { margin: 0 0 24px; }
iframe { width: 360px; height: 720px; border: 1px solid #c8d0d8; resize: both; overflow: auto; }
</style>
</head>
<body>
<h1>Mails</h1>
<p>As on a narrow telephone; pull a frame at its corner to make it wider.</p>
"""


def write(target: Path = TARGET) -> Path:
    """One file a mail, and a page that shows them all; returns that page."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    page = [_PAGE]
    for sample in samples():
        page.append(f'<h2 id="{sample.name}">{html.escape(sample.name)}</h2>\n<section>\n')
        for language in LANGUAGES:
            message = snapshots.rendered(sample, language)
            name = f"{sample.name}.{language}.html"
            (target / name).write_text(message.html, encoding="utf-8")
            caption = f'<a href="{name}">{html.escape(message.subject)}</a>'
            page.append(
                f'<figure><figcaption>{caption}</figcaption><iframe src="{name}" loading="lazy"></iframe></figure>\n'
            )
        page.append("</section>\n")
    index = target / "index.html"
    index.write_text("".join([*page, "</body>\n</html>\n"]), encoding="utf-8")
    return index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", action="store_true", help="write what the tests compare instead")
    if parser.parse_args().snapshots:
        snapshots.write()
        print(f"Written to {snapshots.FOLDER}: look at the difference before it is kept.")
    else:
        print(f"Open {write()}")


if __name__ == "__main__":
    main()
