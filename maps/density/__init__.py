"""Maps of density: where residents report, where crews find something, where crews spend their minutes."""
