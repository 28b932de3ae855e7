"""The pages as a reader has them."""

import html
import re

PAGE = "/jour/?jour=2026-08-12"


def words(response) -> str:
    """The page as it reads: no tags, ordinary spaces."""
    body = re.sub(r"<(template|svg|noscript)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def rows_of_crew(response, crew: str) -> list[str]:
    card = response.content.decode().split(f"{crew}</h2>")[1].split("</article>")[0]
    card = re.sub(r"<template>.*?</template>", "", card, flags=re.DOTALL)
    rows = re.findall(r"<tr\b.*?</tr>", card.split("<tbody>")[1], flags=re.DOTALL)
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", row))).strip() for row in rows]
