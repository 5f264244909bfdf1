"""The quality report as PDF, set by Qt's own text engine."""

import os
import re
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer

from pathgui.project import Project
from pathgui.workflows.progress import Progress, Stop, never, silent
from pathgui.workflows.qc.report import (
    PAGE_BREAK,
    Pictures,
    plots_of,
    render,
    write_report,
)
from pathgui.workflows.qc.report_data import QcReport

_DPI, _MARGIN_MM = 144, 16.0
_PLOT = 3
_CARD, _PLOT_SHARE = 0.22, 0.47
_SIDE_LIMIT = 0.75
_FONT = "font-family: Inter, sans-serif; font-size: 9.5pt; color: #18212d;"
_FOOT_MM, _GAP = 9.0, 2
_ADDRESS = re.compile(r'src="([^"]+)"')
Block = tuple[QTextDocument, float, int]


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
    return write_report(
        project, out, cohort, put=_write, progress=progress, cancelled=cancelled
    )


def own_application() -> QGuiApplication:
    """An application for text and pictures where there is no window."""
    made = QGuiApplication.instance()
    if isinstance(made, QGuiApplication):
        return made
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["pathgui"])


def _write(report: QcReport, pictures: Pictures, file: Path) -> None:
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
    # Sizes of pictures in HTML are in pixels of 96 per inch, whatever the paper's.
    width = round(writer.width() * 96 / _DPI)
    resources, addresses, fits = _resources(report, pictures, width)
    page = render(
        report,
        "qc_print.html.j2",
        addresses,
        fits=fits,
        plot_width=round(_PLOT_SHARE * width),
    )
    blocks = _laid_out(page.split(PAGE_BREAK), resources, writer)
    _paint(blocks, writer, f"Quality of {report.project}")


def _resources(
    report: QcReport, pictures: Pictures, width: int
) -> tuple[dict[str, QImage], dict[str, str], dict[str, tuple[str, int]]]:
    """Pictures by address, addresses by slide, and the side that makes each fit."""
    found: dict[str, QImage] = {}
    addresses: dict[str, str] = {}
    fits: dict[str, tuple[str, int]] = {}
    for at, (slide, data) in enumerate(pictures.items()):
        addresses[slide] = f"slide:{at}"
        picture = found[f"slide:{at}"] = QImage.fromData(data)
        wide, high = round(_CARD * width), round(_CARD * _SIDE_LIMIT * width)
        upright = picture.height() * wide > picture.width() * high
        fits[slide] = ("height", high) if upright else ("width", wide)
    for cohort, part in enumerate(report.parts):
        for at, plot in enumerate(plots_of(part)):
            found[f"plot:{cohort}-{at}"] = _drawn(plot.svg)
    return found, addresses, fits


def _laid_out(
    texts: list[str], resources: dict[str, QImage], writer: QPdfWriter
) -> list[Block]:
    """Each block as a document, with its place and page; none is torn apart."""
    foot = _FOOT_MM / 25.4 * _DPI
    bottom = writer.height() - foot
    blocks: list[Block] = []
    y, page = 0.0, 0
    for text in texts:
        document = _document(text, resources, writer)
        height = document.size().height()
        if y and y + height > bottom:
            y, page = 0.0, page + 1
        blocks.append((document, y, page))
        y += height + _GAP
    return blocks


def _document(
    text: str, resources: dict[str, QImage], writer: QPdfWriter
) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(writer)
    kind = QTextDocument.ResourceType.ImageResource
    for address in _ADDRESS.findall(text):
        if address in resources:
            document.addResource(kind, QUrl(address), resources[address])
    document.setHtml(f'<html><body style="{_FONT}">{text}</body></html>')
    document.setTextWidth(writer.width())
    return document


def _paint(blocks: list[Block], writer: QPdfWriter, title: str) -> None:
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the file cannot be opened")
    pages, now = blocks[-1][2] + 1, -1
    for document, y, page in blocks:
        if page != now:
            if now >= 0:
                writer.newPage()
            now = page
            _foot(painter, writer, title, f"{page + 1} / {pages}")
        painter.save()
        painter.translate(0, y)
        document.drawContents(painter)
        painter.restore()
    painter.end()


def _foot(painter: QPainter, writer: QPdfWriter, title: str, page: str) -> None:
    font = QFont("Inter")
    font.setPointSizeF(7.5)
    painter.setFont(font)
    painter.setPen(QColor("#5f6a79"))
    high = _FOOT_MM / 25.4 * _DPI
    place = QRectF(0, writer.height() - high, writer.width(), high)
    low = Qt.AlignmentFlag.AlignBottom
    room = QFontMetricsF(font, writer).elidedText(
        title, Qt.TextElideMode.ElideRight, writer.width() * 0.8
    )
    painter.drawText(place, low | Qt.AlignmentFlag.AlignLeft, room)
    painter.drawText(place, low | Qt.AlignmentFlag.AlignRight, page)


def _drawn(svg: str) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize() * _PLOT
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture
