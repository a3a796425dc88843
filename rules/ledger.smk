rule record_state:
    input:
        local=plan.local_inputs(),
        products=[f"<library>/{{show}}/{{episode}}/{name}" for name in LEAVES],
    output:
        "<library>/{show}/{episode}/state.yaml",
    log:
        "<library>/{show}/{episode}/log/state.log",
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=run.demands.memory("state"),
        runtime=run.demands.runtime("state"),
    params:
        about=plan.about(),
        decides=plan.decides(),
    shell:
        "python3 -P -m episcribe.stages.state {output:q} {params.about:q} {log:q} {params.decides:q} {input.local:q}"
