"""What the flags of Snakemake's command line mean for a plan."""

import re
from collections.abc import Iterable

# What a person asks outright, sealed or not.
SEAL_ASIDE = frozenset(
    """
    -F --forceall -R --forcerun --report -S --summary -D --detailed-summary -t --touch --archive
    --delete-all-output --delete-temp-output --generate-unit-tests --dag --rulegraph --filegraph --d3dag
    --list-input-changes --li --list-params-changes --lp --list-code-changes --lc
    """.split()
)
# What makes nothing, and may be asked while another run is at work.
ONLY_LOOKS = frozenset(
    """
    -n --dry-run --dryrun --lint -S --summary -D --detailed-summary --dag --rulegraph --filegraph --d3dag
    -l --list --list-rules --list-target-rules --lt --list-input-changes --li --list-params-changes --lp
    --list-code-changes --lc --print-compilation --report --unlock
    """.split()
)
_TOGETHER = re.compile(r"-[nqpkfFSDt]{2,}")


def flags_of(arguments: Iterable[str]) -> set[str]:
    """The flags in a command line: without their values, short ones that stand together taken apart."""
    flags: set[str] = set()
    for argument in arguments:
        if _TOGETHER.fullmatch(argument):
            flags.update(f"-{letter}" for letter in argument[1:])
        elif argument.startswith("-"):
            flags.add(argument.split("=", 1)[0])
    return flags
