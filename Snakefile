from snakemake.utils import min_version

from episcribe.library.layout import LEAVES
from episcribe.stages.run import open_run

min_version("9.27")

run = open_run(workflow)
plan = run.plan
wiring = run.wiring
demands = run.demands


pathvars:
    library=run.library,


wildcard_constraints:
    show=r"[^/]+",
    episode=r"[^/]+",


include: "rules/discover.smk"
include: "rules/study.smk"
include: "rules/ledger.smk"
include: "rules/report.smk"


rule all:
    default_target: True
    input:
        wiring.targets("all"),
        wiring.discovered("all", checkpoints),
    message:
        "the whole library"


rule discover:
    input:
        wiring.refreshed(checkpoints),
    message:
        "the catalogue"


rule transcripts:
    input:
        wiring.targets("transcripts"),
        wiring.discovered("transcripts", checkpoints),
    message:
        "all transcripts"


rule notes:
    input:
        wiring.targets("notes"),
        wiring.discovered("notes", checkpoints),
    message:
        "all notes"


rule assessments:
    input:
        wiring.targets("assessments"),
        wiring.discovered("assessments", checkpoints),
    message:
        "all assessments and flashcards"


rule pdfs:
    input:
        wiring.targets("pdfs"),
        wiring.discovered("pdfs", checkpoints),
    message:
        "all PDFs"


onstart:
    run.start()


onsuccess:
    run.end(succeeded=True)


onerror:
    run.end(succeeded=False)
