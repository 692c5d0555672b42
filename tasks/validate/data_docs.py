"""Great Expectations' own pages (Data Docs), for those who know them: rules by table, counts of what broke.

They are in English and load their styles from the Internet; the offline page for operators is another one
(`tasks/quality`). No value of any cell is in them: they are not made with classified projects in mind.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tasks.files import make_folder, restrict

_SITE = "jixiao"
_VALUES = (
    "unexpected_list",
    "unexpected_index_list",
    "unexpected_index_query",
    "partial_unexpected_list",
    "partial_unexpected_counts",
    "partial_unexpected_index_list",
)


def plan_data_docs(context: Any, folder: Path) -> None:
    """Tell a context, before it validates, that its pages go to a folder."""
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    index = {"class_name": "DefaultSiteIndexBuilder"}
    site = {"class_name": "SiteBuilder", "site_index_builder": index, "store_backend": store}
    context.add_data_docs_site(site_name=_SITE, site_config=site)


def write_data_docs(context: Any, folder: Path) -> None:
    """Write the pages of what a context has validated; pages of an earlier run are replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    for key in context.validation_results_store.list_keys():
        result = context.validation_results_store.get(key)
        for one in result.results:
            for name in _VALUES:
                one.result.pop(name, None)
        context.validation_results_store.update(key, result)
    make_folder(folder)
    context.build_data_docs(site_names=[_SITE])
    restrict(folder)
