"""The blocks of a home page as a reader has them."""

from geo.french import plain


def figures(block) -> dict[str, str]:
    return {str(figure.label): figure.value for figure in block.figures}


def told(block) -> list[tuple[str, str]]:
    return [(task.urgency, plain(str(task.words))) for task in block.tasks_in_order]
