"""A run shows how far it is: in a terminal, in a log, and not at all where silence was asked for."""

import pytest

from tests.terminal import run_in_terminal
from tests.workflow.library import Library, environment

BARS = ("sources", "transcripts", "notes", "assessments", "PDFs", "state")


def variables(**more: str) -> dict[str, str]:
    """The environment of a person at a terminal."""
    own = {name: value for name, value in environment().items() if name not in ("CI", "NO_COLOR")}
    return {**own, **more}


def log_of(library: Library) -> str:
    return "".join(path.read_text() for path in (library.folder / ".snakemake/log").glob("*.log"))


@pytest.fixture
def one_broken(talks: Library) -> Library:
    (talks.folder / "talks" / "2024-03-01 Broken.vtt").write_text("no captions\n")
    return talks


def test_a_run_in_a_terminal_draws_bars_and_says_failures_in_a_line(one_broken: Library) -> None:
    command = one_broken.command("--cores", "2")
    session = run_in_terminal(command, columns=100, variables=variables(COLUMNS="100"))
    assert session.status == 1
    screen = session.screen
    first = next(number for number, line in enumerate(screen) if line.startswith("sources "))
    assert [line.split()[0] for line in screen[first : first + 6]] == list(BARS)
    assert [line.split("━")[-1].split()[0] for line in screen[first : first + 6]] == (
        ["1/1", "2/3", "2/3", "2/3", "4/6", "2/3"]
    )
    assert " · 13 of 19 jobs, 1 failed · " in screen[first + 6]
    above = "".join(screen[:first])
    assert above.count("error: talks/2024-03-01-broken-") == 1
    assert "(permanent); log: processed/talks/2024-03-01-broken-" in above
    after = "\n".join(screen[first + 7 :])
    assert "2 complete, 1 failed" in after
    assert "WorkflowError:" in after
    assert " rule get_transcript:" not in session.written
    assert "\x1b[?25l" not in session.written
    log = log_of(one_broken)
    assert log.count("localrule write_notes:") == 2
    assert "Error in rule get_transcript:" in log


@pytest.mark.slow
def test_ctrl_c_leaves_the_bars_where_they_were_and_says_how_it_stands(talks: Library) -> None:
    command = talks.command("--cores", "2")
    session = run_in_terminal(command, variables=variables(), until=lambda written: "transcripts" in written)
    assert session.status == 1
    screen = session.screen
    [bar] = [number for number, line in enumerate(screen) if line.startswith("sources ")]
    [summary] = [number for number, line in enumerate(screen) if line.startswith("Episcribe: 2 episodes")]
    assert bar < summary
    assert "\x1b[?25l" not in session.written


def test_a_run_in_a_log_tells_plain_lines(one_broken: Library) -> None:
    done = one_broken.run("notes", check=False)
    lines = done.stderr.splitlines()
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    assert not any(line.startswith(("localrule ", "Finished jobid", "Job stats")) for line in lines)
    [failure] = [line for line in lines if line.startswith("error: ")]
    assert failure.startswith("error: talks/2024-03-01-broken-")
    last = [line for line in lines if line.startswith("Progress: ")][-1]
    assert "5 of 7 jobs, 1 failed: sources 1/1, transcripts 2/3, notes 2/3" in last


@pytest.mark.slow
def test_who_asks_for_silence_or_for_commands_gets_no_progress(one_broken: Library) -> None:
    quiet = one_broken.run("--quiet", "--", "transcripts", check=False)
    assert "Progress:" not in quiet.stderr
    assert "Episcribe: 3 episodes" in quiet.stderr
    told = one_broken.run("--printshellcmds", "notes", check=False)
    assert "Progress:" not in told.stderr
    assert "localrule write_notes:" in told.stderr
    assert "episcribe.stages.notes" in told.stderr


@pytest.mark.slow
def test_an_error_of_snakemake_itself_is_shown_in_full_in_a_terminal(talks: Library) -> None:
    command = talks.command("--cores", "2", "processed/nowhere")
    session = run_in_terminal(command, columns=100, variables=variables(COLUMNS="100"))
    assert session.status == 1
    assert "MissingRuleException:" in session.screen
    assert any("processed/nowhere" in line for line in session.screen)
