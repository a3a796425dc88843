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
    params:
        about=plan.about(),
        decides=plan.decides(),
    shell:
        "python3 -P -m episcribe.stages.state {output:q} {params.about:q} {log:q} {params.decides:q} {input.local:q}"
