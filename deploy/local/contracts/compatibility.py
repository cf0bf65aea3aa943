"""What may change in an event already said: an optional field may be added, nothing else.

Streams are kept for ever and readers are deployed at other times than speakers: a message of last
year must be readable by today's class, and one of today by last year's reader.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from deploy.local.contracts.schemas import Schema, inlined

# Words for people: they promise nothing.
_REMARKS: Final = frozenset({"$schema", "description", "title", "examples", "$comment"})
# Compared one by one, or as sets; the rest must be equal.
_BY_HAND: Final = frozenset({"properties", "required", "items", "prefixItems", "anyOf", "enum"})


def broken_promises(frozen: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """Each change of `current` that a reader or an old message would not survive, in a sentence.

    Both are schemas by subject. A subject that is new breaks nothing.
    """
    found: list[str] = []
    for subject, schema in sorted(frozen.items()):
        if subject not in current:
            found.append(f"{subject} : le sujet a disparu (retiré ou renommé)")
            continue
        found += [
            f"{subject} : {sentence}"
            for sentence in _changes(inlined(schema), inlined(current[subject]), "")
        ]
    return found


def _changes(old: Any, new: Any, path: str) -> Iterator[str]:
    """What changed at `path`, added optional properties apart."""
    where = f"« {path} »" if path else "le message"
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield f"{where} : {old!r} est devenu {new!r}"
        return
    yield from _plain_keywords(old, new, where)
    yield from _values(old, new, where)
    yield from _properties(old, new, path)
    yield from _parts(old, new, path)


def _plain_keywords(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for keyword in sorted((old.keys() | new.keys()) - _REMARKS - _BY_HAND):
        before, after = old.get(keyword), new.get(keyword)
        if before != after or (keyword in old) != (keyword in new):
            yield f"{where} : {keyword} était {before!r}, est {after!r}"


def _values(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """A value removed makes old messages unreadable; a value added, new ones to old readers."""
    before, after = old.get("enum"), new.get("enum")
    if before is None and after is None:
        return
    removed = sorted(set(map(str, before or ())) - set(map(str, after or ())))
    added = sorted(set(map(str, after or ())) - set(map(str, before or ())))
    if removed:
        yield f"{where} : valeur retirée ({', '.join(removed)})"
    if added:
        yield f"{where} : valeur ajoutée ({', '.join(added)})"


def _properties(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(before.keys() | after.keys()):
        inner = f"{path}.{name}" if path else name
        if name not in after:
            yield f"champ retiré : « {inner} »"
        elif name not in before:
            if name in needed_after:
                yield f"nouveau champ obligatoire : « {inner} »"
        else:
            if (name in needed_before) != (name in needed_after):
                became = "obligatoire" if name in needed_after else "facultatif"
                yield f"« {inner} » est devenu {became}"
            yield from _changes(before[name], after[name], inner)


def _parts(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """The content of a list, and the branches of a choice (in any order)."""
    if "items" in old or "items" in new:
        yield from _changes(old.get("items"), new.get("items"), f"{path}[]")
    if old.get("prefixItems") != new.get("prefixItems"):
        yield f"« {path} » : les éléments ont changé"
    before, after = _branches(old), _branches(new)
    if before != after:
        yield f"« {path} » : le choix des types a changé"


def _branches(schema: Schema) -> list[str]:
    return sorted(repr(_without_remarks(branch)) for branch in schema.get("anyOf", ()))


def _without_remarks(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _without_remarks(value)
            for key, value in sorted(node.items())
            if key not in _REMARKS or isinstance(value, dict)  # a property may be named « title »
        }
    if isinstance(node, list):
        return [_without_remarks(item) for item in node]
    return node
