"""Static files of a production site."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """A hash in every name, cached for ever; modules import each other by these names."""

    support_js_module_import_aggregation = True
