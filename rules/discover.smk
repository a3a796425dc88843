checkpoint discover:
    output:
        refreshed=plan.refresh_stamp,
        catalogue=update("<library>/catalog.jsonl"),
    log:
        "<library>/log/discover.log",
    params:
        origin=plan.origin,
    shell:
        "{PYTHON} -m episcribe.stages.discover {output.refreshed:q} {params.origin:q} {log:q}"


rule unreadable:
    output:
        "<library>/log/unreadable/{show}",
    log:
        "<library>/log/unreadable/{show}.log",
    shell:
        "{PYTHON} -m episcribe.stages.unreadable {wildcards.show:q} {output:q} {log:q}"
