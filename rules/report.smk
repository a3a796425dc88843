# Always run when it is asked for, because it makes no file that Snakemake knows of.
rule report:
    log:
        "<library>/log/report.log",
    localrule: True
    conda:
        "envs/stages.yaml"
    params:
        request=wiring.request(),
    shell:
        "python3 -P -m episcribe.stages.report {params.request:q} {log:q}"


# Asked for by `snakemake --report` alone; every run writes these files at its end.
use rule report as aggregates with:
    output:
        [report(path, category="Library") for path in plan.aggregates()],
    log:
        "<library>/log/aggregates.log",
