"""Numbers and moments as people read them."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size_text(size: float) -> str:
    """A size in bytes with at most three digits, in decimal units."""
    for unit in _UNITS[:-1]:
        if size < 999.5:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 99.5 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {_UNITS[-1]}"


def moment_shown(moment: object) -> str:
    """A moment (ISO 8601 in UTC) as `2026-11-21 14:05 UTC`; "" for none."""
    return f"{str(moment)[:16].replace('T', ' ')} UTC" if moment else ""
