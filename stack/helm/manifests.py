"""The chart's manifests, rendered by Helm's own library as an installation called `shop` would get them."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from helm_python.chart import Chart
from helm_python.errors import HelmError

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/ai-micro-service"
EXAMPLES = sorted((ROOT / "deploy/helm/examples").glob("*.yaml"))
KUBERNETES = "1.37"
# Of operators, whose schemas no cluster has from the start.
FOREIGN = {"ExternalSecret"}

Manifest = dict[str, Any]
NOTES = "NOTES.txt"


def values(name: str) -> dict[str, Any]:
    """Return the values of an example."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / f"deploy/helm/examples/{name}.yaml").read_text())
    return loaded


def rendered(of: dict[str, Any]) -> list[Manifest]:
    """Return every manifest that values give."""
    texts = [text for file, text in files(of).items() if not file.endswith(NOTES)]
    return [manifest for text in texts for manifest in yaml.safe_load_all(text) if manifest]


def notes(of: dict[str, Any]) -> str:
    """Return what Helm says after an installation."""
    (text,) = [text for file, text in files(of).items() if file.endswith(NOTES)]
    return text


def files(of: dict[str, Any]) -> dict[str, str]:
    """Return the text of each template by its name."""
    with Chart.load(CHART) as chart:
        return dict(chart.render(of, name="shop", namespace="shop"))


def validate(manifests: list[Manifest]) -> None:
    """Fail where a manifest is not valid, or has a field that Kubernetes does not know."""
    for manifest in manifests:
        if manifest["kind"] not in FOREIGN:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def refused(of: dict[str, Any]) -> str:
    """Return what is said of values that are refused."""
    with pytest.raises(HelmError) as raised:
        rendered(of)
    return str(raised.value)


def named(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    """Return the manifest of a kind and a name, which is given without `shop-`."""
    full = f"shop-{name}".removesuffix("-")
    (found,) = [its for its in manifests if its["kind"] == kind and its["metadata"]["name"] == full]
    return found


def pods(manifests: list[Manifest]) -> list[tuple[str, dict[str, Any]]]:
    """Return the pods that manifests ask for, each with its manifest's name."""
    return [(its["metadata"]["name"], pod_of(its)) for its in manifests if "template" in its.get("spec", {})]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all containers of a pod, those that run before it first."""
    return [*pod.get("initContainers", []), *pod["containers"]]


def variables(manifest: Manifest) -> dict[str, Any]:
    """Return the environment of a manifest's last container."""
    return {its["name"]: its.get("value", its.get("valueFrom")) for its in containers(pod_of(manifest))[-1]["env"]}


def pod_of(manifest: Manifest) -> dict[str, Any]:
    """Return the pod that a manifest asks for."""
    pod: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return pod


def matches(selector: dict[str, Any], component: str) -> bool:
    """Return True if a selector of the release's pods takes those of a component."""
    kinds = {"In": lambda among: component in among, "NotIn": lambda among: component not in among}
    wanted = selector.get("matchLabels", {}).get("app.kubernetes.io/component", component)
    expressions = selector.get("matchExpressions", [])
    return wanted == component and all(kinds[its["operator"]](its["values"]) for its in expressions)


def policies_of(component: str, of: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the network policies that take the pods of a component."""
    policies = [its["spec"] for its in rendered(of) if its["kind"] == "NetworkPolicy"]
    return [its for its in policies if matches(its["podSelector"], component)]


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return values with a change in them, as Helm merges them."""
    nested = {key: merged(base.get(key, {}), value) for key, value in change.items() if isinstance(value, dict)}
    return base | change | nested
