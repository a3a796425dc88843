checkpoint refresh:
    output:
        refreshed=plan.refresh_stamp,
        catalogue=update("<library>/catalog.jsonl"),
    log:
        "<library>/log/discover.log",
    localrule: demands.fetch_here
    conda:
        "envs/stages.yaml"
    threads: demands.cores_to_discover
    resources:
        mem_mb=demands.memory("refresh"),
        runtime=demands.runtime("refresh"),
        net=1,
    params:
        request=wiring.request(),
    shell:
        "python3 -P -m episcribe.stages.discover {output.refreshed:q} {params.request:q} {log:q} {threads}"


rule unreadable:
    output:
        "<library>/log/unreadable/{show}",
    log:
        "<library>/log/unreadable/{show}.log",
    localrule: True
    conda:
        "envs/stages.yaml"
    shell:
        "python3 -P -m episcribe.stages.unreadable {wildcards.show:q} {output:q} {log:q}"


rule unwritable:
    output:
        "<library>/log/unwritable/{show}",
    log:
        "<library>/log/unwritable/{show}.log",
    localrule: True
    conda:
        "envs/stages.yaml"
    params:
        line=wiring.why_not_writable(),
    shell:
        "python3 -P -m episcribe.stages.unwritable {params.line:q} {log:q}"
