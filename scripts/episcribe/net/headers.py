"""The headers of an answer: names in any case, values as they came."""

from collections.abc import Iterable, Iterator, Mapping


class Headers(Mapping[str, str]):
    """Headers by name, whatever its case; several of one name are joined by a comma and a space."""

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = tuple(items)
        self._by_name: dict[str, list[str]] = {}
        for name, value in self._items:
            self._by_name.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._by_name[name.lower()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def get_list(self, name: str) -> list[str]:
        """Every value of one name, in order: what Set-Cookie needs, which cannot be joined."""
        return list(self._by_name.get(name.lower(), ()))

    def multi_items(self) -> tuple[tuple[str, str], ...]:
        """All headers as (name, value), in the order and the case in which they came."""
        return self._items

    def without(self, *names: str) -> "Headers":
        """The same headers but for these names."""
        left_out = {name.lower() for name in names}
        return Headers((name, value) for name, value in self._items if name.lower() not in left_out)
