"""Fields of sealed rows: what is assigned is sealed when the row is saved, and never shows itself."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from accounts.errors import AccountsError


class TextTooLong(AccountsError):
    """Un texte dépasse la longueur prévue."""

    def __init__(self, field: str, max_length: int) -> None:
        super().__init__(f"{field} : le texte dépasse {max_length} signes.")


class SealedTextIsNotSearchable(AccountsError):
    """Un texte scellé ne se cherche pas, ne se compare pas et ne s'écrit pas hors de sa ligne."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} est scellé : il ne se cherche ni ne se compare dans la base, et ne s'écrit qu'en "
            "enregistrant sa ligne."
        )


class Covered:
    """What a sealed field's attribute holds: it shows nothing, compares with nothing and cannot be pickled."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes | str) -> None:
        self._content = content

    @property
    def is_sealed(self) -> bool:
        """Whether the text is sealed already; otherwise it was assigned and its row not saved yet."""
        return isinstance(self._content, bytes)

    def uncover(self) -> Any:
        """Return the sealed bytes, or the text that was assigned; for the row that holds it."""
        return self._content

    def __repr__(self) -> str:
        return "donnée scellée"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("Une donnée scellée ne quitte pas sa ligne.")


class _CoveringAttribute(DeferredAttribute):
    field: "SealedText"

    def __set__(self, instance: models.Model, value: Any) -> None:
        field = self.field
        if isinstance(value, str):
            if len(value) > field.max_length:
                raise TextTooLong(str(field), field.max_length)
            value = Covered(value)
        elif value is not None and not isinstance(value, Covered):
            raise TypeError(f"{field} : un texte est attendu.")
        instance.__dict__[field.attname] = value


class SealedText(models.Field):  # type: ignore[type-arg]
    """A text sealed by the key of its row; only on models that are `SealedModel`."""

    descriptor_class = _CoveringAttribute
    max_length: int

    def __init__(self, verbose_name: str | None = None, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(verbose_name, max_length=max_length, **kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Covered | None:
        return None if value is None else Covered(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, Covered) and not value.is_sealed:
            value = Covered(model_instance.row_key.seal(self.name, value.uncover()))  # type: ignore[attr-defined]
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Let sealed bytes through and nothing else, so that no plain text ever reaches a query."""
        if value is None or (isinstance(value, Covered) and value.is_sealed):
            return value
        raise SealedTextIsNotSearchable(str(self))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else value.uncover()

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison: some would send what they look for without asking `get_prep_value`."""
        if lookup_name != "isnull":
            raise SealedTextIsNotSearchable(str(self))
        return super().get_lookup(lookup_name)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return value

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        """Give no field to a model's form: a form that asks for a name says so itself."""

    def value_to_string(self, obj: models.Model) -> str:
        raise SealedTextIsNotSearchable(str(self))


class WrappedKey(models.BinaryField):  # type: ignore[type-arg]
    """The key of a row, wrapped by the key of its week."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        model_instance.wrap_new_key()  # type: ignore[attr-defined]
        return super().pre_save(model_instance, add)
