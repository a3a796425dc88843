rule record_state:
    input:
        local=plan.local_inputs,
        products=[f"<library>/{{show}}/{{episode}}/{name}" for name in STUDY_PRODUCTS],
    output:
        "<library>/{show}/{episode}/state.yaml",
    params:
        about=plan.about,
        decides=plan.decides,
    log:
        "<library>/{show}/{episode}/log/state.log",
    shell:
        "{PYTHON} -m episcribe.stages.state {output:q} {params.about:q} {log:q} {params.decides:q} {input.local:q}"
