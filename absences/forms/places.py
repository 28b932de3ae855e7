"""The address of a home: chosen by the combobox, or typed and found here when there is no script."""

from typing import Any

from django.utils.translation import gettext_lazy

from absences.services.declared import Place
from absences.services.places import place_at
from geo.models import Commune
from geo.typed_addresses import AddressForm


class PlaceForm(AddressForm):
    """An address, and the place of the home that it is; None until the address is certain."""

    place: Place | None = None

    def __init__(self, *args: Any, commune: Commune, **kwargs: Any) -> None:
        super().__init__(*args, commune=commune, **kwargs)
        self.fields["address_text"].label = gettext_lazy("Adresse du logement")

    def clean(self) -> dict[str, Any]:
        """Find the address and its point."""
        cleaned = super().clean()
        if self.found:
            self.place = place_at(self.commune, self.found.address, self.found.point, typed=self.found.typed)
        return cleaned
