"""What is read from what SLURM prints."""

import pytest

from episcribe.stages.slurm import state_in


@pytest.mark.parametrize(
    ("printed", "state"),
    [
        ("COMPLETED|0:0|600M|\nCOMPLETED|0:0||145640K\n", "COMPLETED"),
        ("CANCELLED by 0|0:0|614400K|\nCANCELLED|0:15||\n", "CANCELLED"),
        ("TIMEOUT|0:0|614400K|\nCANCELLED|0:15||145880K\n", "TIMEOUT"),
        ("OUT_OF_MEMORY|0:125|61440K|\n", "OUT_OF_MEMORY"),
        ("FAILED|1:0|614400K|\nFAILED|1:0||145880K\n", "FAILED"),
        ("FAILED|0:9|61440K|\nCANCELLED by 0|0:9||63096K\n", "OUT_OF_MEMORY"),
        ("FAILED|0:9|614400K|\nCANCELLED by 0|0:9||63096K\n", "FAILED"),
        ("FAILED|0:9|0|\nCANCELLED by 0|0:9||63096K\n", "FAILED"),
        ("", None),
        ("\n", None),
    ],
)
def test_how_a_job_ended_is_read_from_its_account(printed: str, state: str | None) -> None:
    assert state_in(printed) == state
