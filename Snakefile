from snakemake.utils import min_version

from episcribe.library.layout import STUDY_PRODUCTS
from episcribe.stages.run import open_run

min_version("9.27")

run = open_run(workflow)
plan = run.plan
PYTHON = run.python
NETWORK = run.network


pathvars:
    library=run.library,


wildcard_constraints:
    show=r"[^/]+",
    episode=r"[^/]+",


include: "rules/discover.smk"
include: "rules/study.smk"
include: "rules/ledger.smk"


rule all:
    default_target: True
    input:
        plan.targets("all"),
        plan.discovered("all", checkpoints),


rule transcripts:
    input:
        plan.targets("transcripts"),
        plan.discovered("transcripts", checkpoints),


rule notes:
    input:
        plan.targets("notes"),
        plan.discovered("notes", checkpoints),


rule assessments:
    input:
        plan.targets("assessments"),
        plan.discovered("assessments", checkpoints),


rule pdfs:
    input:
        plan.targets("pdfs"),
        plan.discovered("pdfs", checkpoints),


onstart:
    run.start()


onsuccess:
    run.end()


onerror:
    run.end()
