"""The saved views of a person, for that person alone; of others' there is only a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from explorer.models import SavedView
from layers.visitor import Visitor, open_account

MAX_VIEWS = 200


def saved_views(visitor: Visitor) -> list[SavedView]:
    """Return the visitor's views by name; none without an account, nor to somebody else who looks at their portal."""
    if not visitor.user_id or visitor.is_observed:
        return []
    return list(SavedView.objects.filter(owner_id=visitor.user_id))


def views_of_layer(visitor: Visitor, layer: str) -> list[tuple[SavedView, frozenset[str]]]:
    """Return the visitor's views that show or question a layer, each with the words after « layer. » in its address.

    These words are names of fields, but for the conditions that ``docs/map-address.md`` lists.
    """
    return list(_about(saved_views(visitor), layer))


def words_of_other_views(visitor: Visitor, layer: str) -> list[frozenset[str]]:
    """Return the words, as ``views_of_layer`` does, of each view of somebody else about a layer, without its owner."""
    foreign = SavedView.objects.exclude(owner_id=visitor.user_id).filter(address__contains=layer)
    unended = foreign.filter(open_account(visitor.instant, path="owner__"))
    return [words for _view, words in _about(unended, layer)]


def _about(views: Iterable[SavedView], layer: str) -> Iterator[tuple[SavedView, frozenset[str]]]:
    """Yield the views that show or question a layer, with the words after « layer. » in their address."""
    for view in views:
        pairs = parse_qsl(view.address.partition("#")[0].lstrip("?"), keep_blank_values=True)
        words = frozenset(name.partition(".")[2] for name, _value in pairs if name.startswith(f"{layer}."))
        if words or any(name == "couches" and layer in value.split(",") for name, value in pairs):
            yield view, words


def saved_view(visitor: Visitor, pk: int) -> SavedView | None:
    """Return one of the visitor's views, or None when they have none of that number."""
    return SavedView.objects.filter(owner_id=visitor.user_id, pk=pk).first() if visitor.user_id else None


def save_view(*, visitor: Visitor, title: str, address: str) -> SavedView | None:
    """Save a view under a name, replacing the one of this name. None when there are too many."""
    views = SavedView.objects.filter(owner_id=visitor.user_id)
    if not views.filter(title=title).exists() and views.count() >= MAX_VIEWS:
        return None
    view, _is_new = SavedView.objects.update_or_create(
        owner_id=visitor.user_id, title=title, defaults={"address": address}
    )
    return view


def rename_view(*, view: SavedView, title: str) -> bool:
    """Give a view another name; False when another view of its owner has it."""
    if SavedView.objects.filter(owner_id=view.owner_id, title=title).exclude(pk=view.pk).exists():
        return False
    view.title = title
    view.save(update_fields=["title"])
    return True


def delete_view(*, view: SavedView) -> None:
    """Delete a view of a person."""
    view.delete()
