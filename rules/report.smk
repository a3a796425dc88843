rule report:
    log:
        "<library>/log/report.log",
    localrule: True
    conda:
        "envs/stages.yaml"
    params:
        library=run.library,
        request=plan.request(),
    shell:
        "python3 -P -m episcribe.stages.report {params.library:q} {params.request:q} {log:q}"
