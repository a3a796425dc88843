rule record_state:
    input:
        local=wiring.local_inputs(),
        products=[f"<library>/{{show}}/{{episode}}/{name}" for name in LEAVES],
    output:
        "<library>/{show}/{episode}/state.yaml",
    log:
        "<library>/{show}/{episode}/log/state.log",
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=demands.memory("state"),
        runtime=demands.runtime("state"),
    params:
        about=wiring.about(),
        decides=wiring.decides(),
    shell:
        "python3 -P -m episcribe.stages.state {output:q} {params.about:q} {log:q} {params.decides:q} {input.local:q}"
