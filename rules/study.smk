rule get_transcript:
    input:
        episode="<library>/{show}/{episode}/episode.yaml",
        local=wiring.local_inputs(),
    output:
        transcript="<library>/{show}/{episode}/transcript.json",
        captions="<library>/{show}/{episode}/transcript.vtt",
        text="<library>/{show}/{episode}/transcript.txt",
        quality="<library>/{show}/{episode}/quality.yaml",
        chapters="<library>/{show}/{episode}/chapters.json",
    log:
        "<library>/{show}/{episode}/log/transcript.log",
    # The first attempt looks for a transcript; where there is none, the second one listens to the recording.
    retries: run.attempts_to_hear
    localrule: demands.fetch_here
    conda:
        "envs/stages.yaml"
    threads: demands.threads()
    resources:
        mem_mb=demands.memory("transcript"),
        runtime=demands.runtime("transcript"),
        net=demands.net(),
        speech=demands.speech(),
    params:
        options=wiring.options("transcript"),
    shell:
        "python3 -P -m episcribe.stages.transcript"
        " {output.transcript:q} {params.options:q} {log:q} {resources.speech}"


rule write_notes:
    input:
        episode="<library>/{show}/{episode}/episode.yaml",
        transcript="<library>/{show}/{episode}/transcript.json",
        quality="<library>/{show}/{episode}/quality.yaml",
        chapters="<library>/{show}/{episode}/chapters.json",
    output:
        notes="<library>/{show}/{episode}/notes.md",
    log:
        "<library>/{show}/{episode}/log/notes.log",
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=demands.memory("notes"),
        runtime=demands.runtime("notes"),
    params:
        options=wiring.options("notes"),
    shell:
        "python3 -P -m episcribe.stages.notes {output.notes:q} {params.options:q} {log:q}"


rule write_assessment:
    input:
        episode="<library>/{show}/{episode}/episode.yaml",
        transcript="<library>/{show}/{episode}/transcript.json",
        chapters="<library>/{show}/{episode}/chapters.json",
    output:
        assessment="<library>/{show}/{episode}/assessment.md",
        flashcards="<library>/{show}/{episode}/flashcards.csv",
    log:
        "<library>/{show}/{episode}/log/assessment.log",
    # The longest of the stages after the transcript: begun first, it is not what is waited for at the end.
    priority: 1
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=demands.memory("assessment"),
        runtime=demands.runtime("assessment"),
    params:
        options=wiring.options("assessment"),
    shell:
        "python3 -P -m episcribe.stages.assessment {output.assessment:q} {params.options:q} {log:q}"


rule print_notes:
    input:
        "<library>/{show}/{episode}/notes.md",
    output:
        "<library>/{show}/{episode}/notes.pdf",
    log:
        "<library>/{show}/{episode}/log/notes_pdf.log",
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=demands.memory("notes_pdf"),
        runtime=demands.runtime("notes_pdf"),
    params:
        options=wiring.options("notes_pdf"),
    shell:
        "python3 -P -m episcribe.stages.pdf {output:q} {params.options:q} {log:q}"


rule print_assessment:
    input:
        "<library>/{show}/{episode}/assessment.md",
    output:
        "<library>/{show}/{episode}/assessment.pdf",
    log:
        "<library>/{show}/{episode}/log/assessment_pdf.log",
    conda:
        "envs/stages.yaml"
    resources:
        mem_mb=demands.memory("assessment_pdf"),
        runtime=demands.runtime("assessment_pdf"),
    params:
        options=wiring.options("assessment_pdf"),
    shell:
        "python3 -P -m episcribe.stages.pdf {output:q} {params.options:q} {log:q}"
