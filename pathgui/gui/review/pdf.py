"""The quality report as PDF, set by Qt's own text engine."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF, QUrl
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer

from pathgui.errors import ProjectError
from pathgui.project import Project
from pathgui.workflows.progress import Progress, Stop, never, silent
from pathgui.workflows.qc.report import excluded_pictures, plots_of, render
from pathgui.workflows.qc.report_data import QcReport, collect

_DPI, _MARGIN_MM = 144, 16.0
_PLOT = 2


def write_pdf(
    project: Project,
    out: Path,
    cohort: str | None = None,
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> QcReport:
    """Write the report as PDF; may be called from any thread.

    Raises
    ------
    ProjectError
        No such cohort, or the disk refuses.
    TableError
        The metrics are damaged.
    """
    found = collect(project, cohort)
    pictures = excluded_pictures(project, found, progress, cancelled)
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _write(found, pictures, part)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ProjectError(
            f"{out} cannot be written: {error.strerror or error}."
        ) from error
    return found


def own_application() -> QGuiApplication:
    """An application for text and pictures where there is no window."""
    made = QGuiApplication.instance()
    if isinstance(made, QGuiApplication):
        return made
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["pathgui"])


def _write(report: QcReport, pictures: dict[str, bytes], file: Path) -> None:
    document = QTextDocument()
    kind = QTextDocument.ResourceType.ImageResource
    addresses = {}
    for at, (slide, data) in enumerate(pictures.items()):
        addresses[slide] = f"slide:{at}"
        document.addResource(kind, QUrl(addresses[slide]), QImage.fromData(data))
    for cohort, part in enumerate(report.parts):
        for at, plot in enumerate(plots_of(part)):
            picture = _drawn(plot.svg)
            document.addResource(kind, QUrl(f"plot:{cohort}-{at}"), picture)
    document.setHtml(render(report, "qc_print.html.j2", addresses))
    writer = QPdfWriter(str(file))
    writer.setTitle(f"Quality of {report.project}")
    writer.setCreator("pathgui")
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size = QPageSize(QPageSize.PageSizeId.A4)
    portrait = QPageLayout.Orientation.Portrait
    writer.setPageLayout(
        QPageLayout(size, portrait, margins, QPageLayout.Unit.Millimeter)
    )
    _pages(document, writer)


def _pages(document: QTextDocument, writer: QPdfWriter) -> None:
    """Paint page by page: `print_` alone would put a number on a wrong page size."""
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the file cannot be opened")
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    for page in range(document.pageCount()):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * writer.height())
        view = QRectF(0, page * writer.height(), writer.width(), writer.height())
        document.drawContents(painter, view)
        painter.restore()
    painter.end()


def _drawn(svg: str) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize() * _PLOT
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture
