"""The chart as a release publishes it: an archive, and the images of the same release."""

import subprocess
from pathlib import Path

import pytest
import yaml
from helm_python.chart import Chart
from manifests import CHART, ROOT, containers, files, notes, pods, rendered, values


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make packages` writes, where an older release's archive was left."""
    folder = tmp_path_factory.mktemp("dist")
    (folder / "ai-micro-service-0.0.1.tgz").touch()
    subprocess.run([ROOT / "stack/bin/package-chart", folder], check=True, capture_output=True, timeout=60)
    (found,) = folder.iterdir()
    return found


def test_its_name_has_the_version_of_the_release(archive: Path) -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    assert archive.name == f"ai-micro-service-{version}.tgz"


def test_it_gives_what_the_folder_gives_with_the_files_of_postgres_init(archive: Path) -> None:
    with Chart.load(archive) as chart:
        packaged = chart.render(values("trying"), name="shop", namespace="shop")
    assert dict(packaged) == files(values("trying"))


def test_without_a_tag_the_images_are_those_of_the_charts_own_release() -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    own = {
        container["image"]
        for _, pod in pods(rendered(values("trying")))
        for container in containers(pod)
        if container["image"].startswith("ai-micro-")
    }
    assert own == {f"ai-micro-{name}:{version}" for name in ("api-auth", "api-user", "api-admin", "console")}
    assert f"installed as {version}" in notes(values("trying"))
