"""The columns in which files of perimeters say the number and the name of a sector."""

NUMBER_COLUMNS = ("numero", "number", "num", "num_secteur", "no_secteur", "secteur", "no", "id")
NAME_COLUMNS = ("nom", "name", "nom_secteur", "libelle", "quartier")
MAX_NUMBER = 32_767  # PositiveSmallIntegerField
MAX_NAME = 120
