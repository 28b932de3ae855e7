"""Open the sectors with QGIS's own provider, write how many there are and their numbers; run by its Python."""

import os
import sys

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsVectorLayer

application = QgsApplication([], False)
application.initQgis()
settings = QgsAuthMethodConfig("Basic")
settings.setName("Ronde")
settings.setConfigMap({"username": "jeton", "password": os.environ["RONDE_TEST_TOKEN"]})
manager = QgsApplication.authManager()
manager.setMasterPassword("essai", True)
manager.storeAuthenticationConfig(settings)
layer = QgsVectorLayer(f"url='{sys.argv[1]}' typename='secteurs' authcfg={settings.id()}", "secteurs", "OAPIF")
numbers = sorted(feature["numero"] for feature in layer.getFeatures())
sys.stdout.write(f"{len(numbers)} {','.join(map(str, numbers))}\n")
