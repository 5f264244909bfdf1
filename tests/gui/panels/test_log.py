"""The log of the program, told apart by level and words."""

import logging

import pytest

from pathgui.gui.panels.log import LogPanel


@pytest.fixture
def panel(theme, qtbot):
    made = LogPanel(theme)
    qtbot.addWidget(made)
    logger = logging.getLogger("pathgui.tests")
    before, logger.level = logger.level, logging.INFO
    logger.info("slide A-1 was opened")
    logger.warning("slide A-2 is slow")
    logger.error("slide A-1 is damaged")
    yield made
    logger.setLevel(before)
    made.shutdown()


def shown(panel):
    return [line.split(None, 2)[2] for line in panel.text.toPlainText().splitlines()]


def test_that_the_log_shows_what_passes_level_and_words(panel):
    assert len(shown(panel)) == 3
    panel.level.setCurrentIndex(1)
    assert shown(panel) == ["slide A-2 is slow", "slide A-1 is damaged"]
    panel.words.setText("a-1")
    assert shown(panel) == ["slide A-1 is damaged"]
    logging.getLogger("pathgui.tests").error("slide A-3 is gone")
    assert shown(panel) == ["slide A-1 is damaged"]
    panel.words.clear()
    assert shown(panel)[-1] == "slide A-3 is gone"


def test_that_an_empty_page_says_why(panel):
    panel.words.setText("nothing of the kind")
    assert "passes the filter" in panel.text.placeholderText()
