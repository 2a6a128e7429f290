"""Static files under names that carry their content, ES module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashes what modules import too: without it a page would mix new modules with old ones kept by a browser.

    Source maps of npm packages are not served, so their addresses are left alone.
    """

    support_js_module_import_aggregation = True
    patterns = tuple(rule for rule in CompressedManifestStaticFilesStorage.patterns if rule[0] != "*.js")
