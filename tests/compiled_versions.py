"""What of a kernel is compiled in this process."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from numba.core.dispatcher import Dispatcher


def versions_compiled(kernel: ModuleType) -> dict[str, int]:
    """How many versions, by the types of the arguments, each compiled function of the kernel has."""
    modules = [import_module(f"{kernel.__name__}.{module.name}") for module in iter_modules(kernel.__path__)]
    functions = [function for module in modules for function in vars(module).values()]
    return {
        f"{function.__module__}.{function.__name__}": len(function.signatures)
        for function in functions
        if isinstance(function, Dispatcher)
    }
