"""Make `notes.pdf` from `notes.md`, or `assessment.pdf` from `assessment.md`."""

import sys
from pathlib import Path

from episcribe.library.files import write_atomically
from episcribe.stages.job import Job, run_job
from episcribe.study.pdf import Kind, PdfOptions, markdown_to_pdf


def print_pdf(job: Job, document: Kind) -> None:
    """Lay out `<document>.md` as `<document>.pdf`."""
    markdown = (job.folder / f"{document}.md").read_text(encoding="utf-8")
    pdf = markdown_to_pdf(markdown, kind=document, options=PdfOptions(paper=job.options["paper"]))
    if pdf.missing:
        job.note(warning=f"no font has these characters: {pdf.missing}")
    write_atomically(job.folder / f"{document}.pdf", pdf.data)


def main() -> int:
    """`DOCUMENT.pdf OPTIONS LOG`."""
    document: Kind = "assessment" if Path(sys.argv[1]).stem == "assessment" else "notes"
    return run_job(f"{document}_pdf", lambda job: print_pdf(job, document))


if __name__ == "__main__":
    sys.exit(main())
