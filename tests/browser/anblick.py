"""What a page looks like: whether it is all there, whether it fits, and a picture of it for whoever wants to look.

A tap on a link returns as soon as the next page's answer has begun, when there may not even be an <html> yet. So
whatever looks at the page as a whole waits here until it is loaded.
"""

import os
from pathlib import Path


def settle(page):
    """Wait until the page, that a tap may just have left for another one, is loaded."""
    page.wait_for_load_state()


def overhang(page):
    """Return by how many pixels the page reaches beyond the window's width."""
    settle(page)
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def overhang_below(page):
    """Return by how many pixels the page reaches beyond the window's height."""
    settle(page)
    return page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight")


def keep(page, name):
    """Keep a picture of the whole page as name.png where somebody wants to look at it (BILDER=folder)."""
    if ordner := os.environ.get("BILDER"):
        settle(page)
        page.screenshot(path=Path(ordner) / f"{name}.png", full_page=True)
