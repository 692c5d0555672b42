"""What an operator does in a browser, from a failing batch to the mended unit: a real Chromium, a real service.

Prefect's database and the store are PostgreSQL here, as where the service is shared.

With JIXIAO_SCREENSHOTS naming a folder, the pictures of the handbook are kept there (on a machine with Chinese
fonts).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tasks.store import find_address, open_store
from tasks.store.address import VARIABLE
from tasks.store.reading import way_of
from tests.support.postgres import Postgres
from tests.support.serving import Service, service
from tests.support.workbooks import EXAMPLE, copy_example, edit_workbook

SCREENSHOTS = os.environ.get("JIXIAO_SCREENSHOTS", "")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
BATCH = "2020年度绩效自评：全部单位"
PATIENCE = 60_000  # milliseconds; the machine may have other tests to run
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed (apt-get install chromium)")


@dataclass
class Desk:
    """The operator's browser over a service with one batch, in which a unit was sent back."""

    page: Page
    service: Service
    units: Path
    out: Path
    store: str

    def begin(self) -> None:
        """Open the address that the service printed."""
        self.page.goto(self.service.api.removesuffix("/api"))

    def keep(self, name: str) -> None:
        """Keep a picture of what is seen, if pictures are wanted."""
        if SCREENSHOTS:
            self.page.wait_for_timeout(1500)  # until what moves stands still
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, postgres_session: Postgres) -> Iterator[Desk]:
    units = copy_example(tmp_path_factory.mktemp("browser") / "units")
    edit_workbook(units / "dsjzx.xlsx", [("项目支出", "G4", 1)])
    (units / "operate.toml").write_text("[watch]\nseconds = 0\n", encoding="utf-8")
    out = units.parent / "out"
    store = postgres_session.url(postgres_session.new_database())
    databases = {
        "PREFECT_API_DATABASE_CONNECTION_URL": postgres_session.new_prefect_url(),
        VARIABLE: store,
    }
    home = tmp_path_factory.mktemp("home")
    with service(home, units, out, **databases) as served, sync_playwright() as playwright:
        batch = served.start("年终批量", form={"year": 2020})
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        # Prefect's UI asks its maker's servers for something. No test may wait for the internet.
        context.route(
            lambda url: not url.startswith(served.api.removesuffix("/api")), lambda way: way.abort()
        )
        assert served.ended(batch)["state"]["name"] == "部分未发布"
        yield Desk(context.new_page(), served, units, out, store)
        browser.close()


def test_a_failing_unit_is_found(desk: Desk) -> None:
    """Runs → the batch → its findings → the step in which the unit was sent back."""
    page = desk.page
    desk.begin()
    page.get_by_role("listitem").get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_text("部分未发布")).to_be_visible()
    desk.keep("runs")
    page.get_by_role("link", name=BATCH).click()
    expect(page.get_by_text("dsjzx.xlsx “项目支出”表 G4").first).to_be_visible()
    desk.keep("batch")
    page.get_by_role("tab", name="Task Runs").click()
    page.get_by_role("link", name="退回修改：dsjzx 长沙市大数据中心").click()
    expect(page).to_have_url(re.compile("/task-run/"))


def test_the_mended_unit_is_run_again_by_the_form(desk: Desk) -> None:
    page = desk.page
    shutil.copy(EXAMPLE / "dsjzx.xlsx", desk.units)
    desk.begin()
    page.get_by_role("link", name="Deployments", exact=True).click()
    page.get_by_role("link", name="单位重跑").first.click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    page.get_by_label("预算年度").fill("2020")
    page.get_by_label("Select 单位").click()
    units = page.get_by_role("option")
    expect(units).to_have_text(["sjzyj 长沙市数据资源管理局", "dsjzx 长沙市大数据中心"])
    units.filter(has_text="dsjzx").click()
    page.keyboard.press("Escape")
    page.get_by_label("重跑原因").fill("项目支出表已更正")
    desk.keep("form")
    with page.expect_response("**/create_flow_run") as answer:
        page.get_by_role("button", name="Submit").click()
    expect(page).to_have_url(
        re.compile(r"/deployments/deployment/[^/]+\?tab=Runs")
    )  # the UI goes there by itself
    desk.service.ended(answer.value.json()["id"])
    desk.begin()  # an open list is refreshed only every 30 s
    page.get_by_role("listitem").get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("link", name="2020年度绩效自评：dsjzx").click()
    expect(page.get_by_text("全部发布").first).to_be_visible()
    desk.keep("rerun")
    assert (desk.out / "2020" / "dsjzx" / "latest" / "report.docx").is_file()
    with open_store(find_address(desk.out, {VARIABLE: desk.store})) as connection:
        lines = way_of(connection, "dsjzx", 2020, 10)
    assert [(line.source, line.state) for line in lines] == [
        ("单位重跑", "已发布"),
        ("年终批量", "未通过核对"),
    ]
