# The same stages in the usual way: a list of episodes, expand(), and Snakemake's own settings.
import json

with open("peers.json") as file:
    TOLD = json.load(file)
EPISODES = {episode["name"]: episode for episode in TOLD["episodes"]}


def option(stage):
    return lambda wildcards: TOLD["options"][wildcards.show][stage]


def told(name):
    return lambda wildcards: EPISODES[f"{wildcards.show}/{wildcards.episode}"][name]


rule all:
    input:
        expand("processed/{name}/state.yaml", name=EPISODES),


rule transcript:
    input:
        "processed/{show}/{episode}/episode.yaml",
    output:
        "processed/{show}/{episode}/transcript.json",
        "processed/{show}/{episode}/transcript.vtt",
        "processed/{show}/{episode}/transcript.txt",
        "processed/{show}/{episode}/quality.yaml",
        "processed/{show}/{episode}/chapters.json",
    log:
        "processed/{show}/{episode}/log/transcript.log",
    params:
        options=option("transcript"),
    shell:
        "python3 -P -m episcribe.stages.transcript {output[0]:q} {params.options:q} {log:q} 0"


rule notes:
    input:
        "processed/{show}/{episode}/episode.yaml",
        "processed/{show}/{episode}/transcript.json",
        "processed/{show}/{episode}/quality.yaml",
        "processed/{show}/{episode}/chapters.json",
    output:
        "processed/{show}/{episode}/notes.md",
    log:
        "processed/{show}/{episode}/log/notes.log",
    params:
        options=option("notes"),
    shell:
        "python3 -P -m episcribe.stages.notes {output[0]:q} {params.options:q} {log:q}"


rule assessment:
    input:
        "processed/{show}/{episode}/episode.yaml",
        "processed/{show}/{episode}/transcript.json",
        "processed/{show}/{episode}/chapters.json",
    output:
        "processed/{show}/{episode}/assessment.md",
        "processed/{show}/{episode}/flashcards.csv",
    log:
        "processed/{show}/{episode}/log/assessment.log",
    params:
        options=option("assessment"),
    shell:
        "python3 -P -m episcribe.stages.assessment {output[0]:q} {params.options:q} {log:q}"


rule pdf:
    input:
        "processed/{show}/{episode}/{document}.md",
    output:
        "processed/{show}/{episode}/{document}.pdf",
    log:
        "processed/{show}/{episode}/log/{document}_pdf.log",
    params:
        options=lambda wildcards: TOLD["options"][wildcards.show][f"{wildcards.document}_pdf"],
    shell:
        "python3 -P -m episcribe.stages.pdf {output:q} {params.options:q} {log:q}"


rule state:
    input:
        "processed/{show}/{episode}/transcript.vtt",
        "processed/{show}/{episode}/transcript.txt",
        "processed/{show}/{episode}/flashcards.csv",
        "processed/{show}/{episode}/notes.pdf",
        "processed/{show}/{episode}/assessment.pdf",
    output:
        "processed/{show}/{episode}/state.yaml",
    log:
        "processed/{show}/{episode}/log/state.log",
    params:
        about=told("about"),
        decides=told("decides"),
    shell:
        "python3 -P -m episcribe.stages.state {output:q} {params.about:q} {log:q} {params.decides:q}"
