# The shape of the study track with stages that wait instead of working, for `python -m benchmarks.waiting`.
import time

VIDEOS = [f"video{number}" for number in range(int(config["videos"]))]
SERIAL = bool(int(config["serial"]))
SECONDS = config["seconds"]


rule all:
    input:
        expand("{video}/state", video=VIDEOS),


rule transcript:
    output:
        "{video}/transcript",
    shell:
        "sleep {SECONDS[fetch]}; touch {output}"


rule notes:
    input:
        "{video}/transcript",
    output:
        "{video}/notes",
    shell:
        "sleep {SECONDS[notes]}; touch {output}"


rule assessment:
    input:
        "{video}/notes" if SERIAL else "{video}/transcript",
    output:
        "{video}/assessment",
    # The longest first, as in rules/study.smk.
    priority: 1
    shell:
        "sleep {SECONDS[assessment]}; touch {output}"


rule pdf:
    input:
        "{video}/{document}",
    output:
        "{video}/{document}.pdf",
    wildcard_constraints:
        document="notes|assessment",
    shell:
        "sleep {SECONDS[pdf]}; touch {output}"


rule state:
    input:
        "{video}/notes.pdf",
        "{video}/assessment.pdf",
    output:
        "{video}/state",
    shell:
        "sleep {SECONDS[write]}; touch {output}"


onstart:
    # As stages/run.py does.
    workflow.scheduler.job_rate_limiter = None
    with open("begun", "w") as file:
        file.write(str(time.time()))
