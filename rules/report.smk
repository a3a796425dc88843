rule report:
    params:
        library=run.library,
        request=plan.request(),
    localrule: True
    conda:
        "envs/stages.yaml"
    shell:
        "python3 -P -m episcribe.stages.report {params.library:q} {params.request:q}"
