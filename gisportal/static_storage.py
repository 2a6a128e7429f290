"""Static files under names that carry their content, ES module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Hashes what modules import too: without it a page would mix new modules with old ones kept by a browser."""

    support_js_module_import_aggregation = True
