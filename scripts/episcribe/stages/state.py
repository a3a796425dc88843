"""Make `state.yaml` of a finished episode, and seal it."""

import sys

from episcribe.ledger.seals import compute_seal, seal_inputs
from episcribe.ledger.state import STUDY, fold_state, state_yaml
from episcribe.library.files import write_atomically
from episcribe.library.layout import STATE, STUDY_PRODUCTS
from episcribe.stages.job import Job, run_job


def record_state(job: Job, decides: str, local: list[str]) -> None:
    """Fold the episode's events and files into its state.yaml; `decides` and `local` go into the seal.

    The job's options are what identifies the episode, and the show's `tracks`.
    """
    identification = dict(job.options)
    tracks = identification.pop("tracks", STUDY)
    state = fold_state(job.folder, identification, tracks=tracks)
    folder = str(job.folder)
    state["seal"] = compute_seal(folder, decides, seal_inputs(folder, local), STUDY_PRODUCTS)
    write_atomically(job.folder / STATE, state_yaml(state))


def main() -> int:
    """`STATE ABOUT LOG DECIDES [LOCAL…]`."""
    target, about, log, decides, *local = sys.argv[1:]
    return run_job("state", lambda job: record_state(job, decides, local), [target, about, log])


if __name__ == "__main__":
    sys.exit(main())
