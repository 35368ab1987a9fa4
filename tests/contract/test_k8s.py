"""deploy/k8s is what Kubernetes and KEDA take, and says what the code and docker-compose.yml say. No cluster runs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from cli import app
from cli.connect import ToolSettings
from cli.elsewhere import NAMING
from cli.ports import DEFAULTS
from cli.supervisor.service import DOORS, SERVICES
from deploy import docs_settings
from runtime.config import Settings
from schemas import topics
from services.render.config import RenderSettings
from tests.contract.kustomized import Manifest, built

CHECKOUT = Path(__file__).resolve().parents[2]
K8S = CHECKOUT / "deploy" / "k8s"
BASE = built(K8S / "base")
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
SCHEMA = json.loads((Path(__file__).parent / "kubernetes.json").read_text())
GIVEN = {"PACKSHOT_HOME", "PACKSHOT_SPOOL", "PACKSHOT_MODELS"}
"""Settings that the image gives."""
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def of(kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in BASE if one["kind"] == kind}


PODS = {name: one["spec"]["template"]["spec"] for name, one in (of("StatefulSet") | of("Job")).items()}
SETTINGS = of("ConfigMap")["packshot"]["data"]


def container(name: str) -> Manifest:
    [only] = PODS[name]["containers"]
    return dict(only)


def size(text: str) -> int:
    return int(text[:-2]) * UNITS[text[-2:]]


def secrets_of(kind: type[Settings]) -> set[str]:
    """Settings that are shown nowhere."""
    return {docs_settings.variable(name) for name, field in kind.model_fields.items() if not field.repr}


@pytest.mark.parametrize("folder", ["base", "example"])
def test_kubernetes_and_keda_would_take_it(folder: str) -> None:
    for one in built(K8S / folder):
        wanted = {**SCHEMA["kinds"][one["kind"]], "definitions": SCHEMA["definitions"]}
        errors = [error.message for error in jsonschema.Draft7Validator(wanted).iter_errors(one)]
        assert not errors, f"{one['kind']} {one['metadata']['name']}: {errors}"


def test_the_schemas_refuse_what_is_misspelt() -> None:
    one = json.loads(json.dumps(of("StatefulSet")["ingest"]).replace("readOnlyRootFilesystem", "readOnlyRoot"))
    wanted = {**SCHEMA["kinds"]["StatefulSet"], "definitions": SCHEMA["definitions"]}
    assert not jsonschema.Draft7Validator(wanted).is_valid(one)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not here: what it would make of it is our own word")
@pytest.mark.parametrize("folder", ["base", "example"])
def test_kubectl_makes_the_same_of_it(folder: str) -> None:
    done = subprocess.run(["kubectl", "kustomize", K8S / folder], capture_output=True, text=True, check=True)

    def named(all_of_it: list[Manifest]) -> dict[tuple[str, str], Manifest]:
        return {(one["kind"], one["metadata"]["name"]): one for one in all_of_it}

    assert named(list(yaml.safe_load_all(done.stdout))) == named(built(K8S / folder))


def test_the_parts_and_their_commands_are_those_of_compose() -> None:
    assert set(of("StatefulSet")) == set(SERVICES)
    for name in SERVICES:
        assert container(name)["args"] == COMPOSE[name]["command"]
        assert container(name)["image"] == COMPOSE[name]["image"]
    assert container("buckets")["args"] == COMPOSE["buckets"]["command"]
    said = container("topics")["args"]
    assert said[:3] == COMPOSE["topics"]["command"] and said[0] == "cli"
    assert app.build(["topics"]).parse_args(said[1:]).replication == 3


@pytest.mark.parametrize("name", PODS)
def test_nobody_may_more_than_it_needs(name: str) -> None:
    pod, one = PODS[name], container(name)["securityContext"]
    assert (
        pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    )
    user = re.search(r"useradd --uid (\d+)", (CHECKOUT / "deploy" / "docker" / "Dockerfile").read_text())
    assert user and pod["securityContext"]["runAsUser"] == int(user[1])
    assert one["readOnlyRootFilesystem"] and one["capabilities"] == {"drop": ["ALL"]}
    assert one["allowPrivilegeEscalation"] is False and pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert {"/spool", "/tmp"} <= {mount["mountPath"] for mount in container(name)["volumeMounts"]}  # noqa: S108
    assert "limits" in container(name)["resources"] and "requests" in container(name)["resources"]


@pytest.mark.parametrize("name", SERVICES)
def test_it_is_asked_for_its_health_where_it_answers(name: str) -> None:
    ports = {port["name"]: port["containerPort"] for port in container(name)["ports"]}
    assert ports.pop("health") == int(SETTINGS["PACKSHOT_METRICS_PORT"])
    doors = {door: DEFAULTS[door] for door in DOORS.get(name, ())}
    assert ports == doors == {door: int(SETTINGS[f"PACKSHOT_{door.upper()}_PORT"]) for door in doors}
    for probe, path in (("startup", "/healthz"), ("liveness", "/healthz"), ("readiness", "/readyz")):
        assert container(name)[f"{probe}Probe"]["httpGet"] == {"path": path, "port": "health"}


def test_services_lead_to_pods_and_doors_are_open_to_all() -> None:
    for name, one in of("Service").items():
        target = one["spec"]["selector"]["app.kubernetes.io/name"]
        has = {port["name"]: port["containerPort"] for port in container(target)["ports"]}
        assert all(has[port["targetPort"]] == port["port"] for port in one["spec"]["ports"]), name
    open_to_all = {
        (
            rule["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"],
            rule["spec"]["ingress"][0]["ports"][0]["port"],
        )
        for rule in of("NetworkPolicy").values()
        if rule["spec"]["podSelector"]
    }
    assert open_to_all == {(name, door) for name, doors in DOORS.items() for door in doors}
    assert of("NetworkPolicy")["nobody"]["spec"].get("ingress") is None


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_what_its_stateful_set_and_budget_name(name: str) -> None:
    spec = of("StatefulSet")[name]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["serviceName"] == name and of("Service")[name]["spec"]["clusterIP"] == "None"
    assert (
        spec["selector"]["matchLabels"] == labels == of("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"]
    )
    assert of("PodDisruptionBudget")[name]["spec"]["maxUnavailable"] == 1
    variables = {one["name"]: one for one in container(name)["env"]}
    ordinal = variables["PACKSHOT_ORDINAL"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert ordinal == "metadata.labels['apps.kubernetes.io/pod-index']"


def test_the_status_page_asks_every_service_and_may() -> None:
    members = dict(one.split("=") for one in SETTINGS["PACKSHOT_MEMBERS"].split(","))
    assert members == {name: f"{name}:{SETTINGS['PACKSHOT_METRICS_PORT']}" for name in SERVICES}
    assert SETTINGS["PACKSHOT_MEMBERS"] == COMPOSE["catalog"]["environment"]["PACKSHOT_MEMBERS"]
    [rule] = of("NetworkPolicy")["status"]["spec"]["ingress"]
    assert rule == {"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": "health"}]}
    assert of("NetworkPolicy")["status"]["spec"]["podSelector"] == {}  # ours, and no other


def test_the_command_line_finds_the_api() -> None:
    api = urlsplit(SETTINGS["PACKSHOT_API_URL"])
    [port] = of("Service")[str(api.hostname)]["spec"]["ports"]
    assert port["port"] == api.port and all(SETTINGS[name] for name in NAMING)


def test_prometheus_finds_every_pod_by_what_the_rules_ask_for() -> None:
    config = yaml.safe_load((CHECKOUT / "deploy" / "prometheus" / "kubernetes.yml").read_text())
    [job] = config["scrape_configs"]
    [places] = job["kubernetes_sd_configs"]
    assert job["job_name"] == "packshot" and places["namespaces"]["names"] == ["packshot"]
    keep, *labels = job["relabel_configs"]
    assert keep["source_labels"] == ["__meta_kubernetes_pod_container_port_name"] and keep["action"] == "keep"
    assert all(keep["regex"] in {port["name"] for port in container(name)["ports"]} for name in SERVICES)
    pods = {name: of("StatefulSet")[name]["spec"]["template"]["metadata"]["labels"] for name in SERVICES}
    assert [own["app.kubernetes.io/name"] for own in pods.values()] == list(SERVICES)
    assert {one["target_label"]: one["source_labels"] for one in labels} == {
        "service": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
        "instance": ["__meta_kubernetes_pod_name"],
    }


def test_settings_exist_and_hold_no_secret() -> None:
    for folder in ("base", "example"):
        [data] = [one["data"] for one in built(K8S / folder) if one["metadata"]["name"] == "packshot" and "data" in one]
        kinds = docs_settings.classes()
        known = {docs_settings.variable(field) for kind in kinds.values() for field in kind.model_fields}
        known |= {docs_settings.variable(field) for field in ToolSettings.model_fields}
        assert data.keys() <= known
        assert not data.keys() & set.union(*(secrets_of(kind) for kind in kinds.values()))
        for kind in kinds.values():
            given = {key.removeprefix("PACKSHOT_").lower(): value for key, value in data.items()}
            kind.model_validate({**given, "kafka_password": "of the Secret"} if "kafka_user" in given else given)


@pytest.mark.parametrize("name", SERVICES)
def test_each_secret_comes_by_reference_and_only_to_who_needs_it(name: str) -> None:
    kind = docs_settings.classes()[name]
    references = {
        one["name"]: one["valueFrom"]["secretKeyRef"]
        for one in container(name)["env"]
        if "secretKeyRef" in one.get("valueFrom", {})
    }
    named = {key: key.removeprefix("PACKSHOT_").lower().replace("_", "-") for key in references}
    if name == "delivery":  # an identity of its own, that deletes nothing
        named |= {key: f"delivery-{named[key]}" for key in ("PACKSHOT_S3_ACCESS_KEY", "PACKSHOT_S3_SECRET_KEY")}
    assert {key: one["key"] for key, one in references.items()} == named
    reads = "\n".join(path.read_text() for path in (CHECKOUT / "services" / name).rglob("*.py"))
    wanted = secrets_of(kind) - (set() if "database_url" in reads else {"PACKSHOT_DATABASE_URL"})
    if "secretRef" in str(container(name)["envFrom"]):
        wanted = {key for key in wanted if key in references}
        assert name == "pim"
    assert references.keys() == wanted | {"PACKSHOT_S3_ACCESS_KEY"}
    assert not any("value" in one for one in container(name)["env"])
    assert {"configMapRef": {"name": "packshot"}} in container(name)["envFrom"]


def test_who_makes_the_buckets_has_keys_of_its_own() -> None:
    """As in docker-compose.yml: services may do nothing with buckets."""
    own = {"admin-s3-access-key", "admin-s3-secret-key"}
    asked = {
        name: {one["valueFrom"]["secretKeyRef"]["key"] for one in container(name)["env"] if "secretKeyRef" in str(one)}
        for name in PODS
    }
    assert {name for name, keys in asked.items() if keys & own} == {"buckets"} and own < asked["buckets"]
    page = (CHECKOUT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    assert not [key for key in set.union(*asked.values()) if f"`{key}`" not in page]


def test_there_is_room_for_what_the_settings_allow() -> None:
    spool = next(volume for volume in PODS["render"]["volumes"] if volume["name"] == "spool")["emptyDir"]["sizeLimit"]
    assert size(spool) > int(SETTINGS["PACKSHOT_SCRATCH_BYTES"])
    render, two_slots = RenderSettings(), 2
    pictures = (two_slots + render.later_slots) * render.render_memory
    films = render.video_slots * render.video_memory
    assert size(container("render")["resources"]["limits"]["memory"]) > pictures + films


def test_workers_follow_lags_that_are_there() -> None:
    for name, one in of("ScaledObject").items():
        spec = one["spec"]
        assert spec["scaleTargetRef"]["name"] == name and "replicas" not in of("StatefulSet")[name]["spec"]
        assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"] <= topics.PARTITIONS
        for trigger in (trigger["metadata"] for trigger in spec["triggers"]):
            topic = topics.by_name(trigger["topic"])
            assert trigger["consumerGroup"] in topic.groups and name in topic.consumers
            assert topic.partitions == topics.PARTITIONS
            assert trigger["bootstrapServersFromEnv"] in SETTINGS


@pytest.mark.parametrize("folder", ["base", "example"])
def test_the_lag_is_read_with_the_login_of_the_services(folder: str) -> None:
    """In KEDA's own words for it."""
    made = built(K8S / folder)
    maps = {one["metadata"]["name"]: one["data"] for one in made if one["kind"] == "ConfigMap"}
    [one] = [one for one in made if one["kind"] == "TriggerAuthentication"]
    scaled = [one["spec"] for one in made if one["kind"] == "ScaledObject"]
    signs_in = [trigger["authenticationRef"]["name"] for spec in scaled for trigger in spec["triggers"]]
    assert {*signs_in} == {one["metadata"]["name"]}
    assert all(spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"] for spec in scaled)
    told = {ref["parameter"]: maps[ref["name"]][ref["key"]] for ref in one["spec"].get("configMapTargetRef", [])}
    secret = {ref["parameter"]: (ref["name"], ref["key"]) for ref in one["spec"].get("secretTargetRef", [])}
    kind = maps["packshot"].get("PACKSHOT_KAFKA_SECURITY", "plaintext")
    how = maps["packshot"].get("PACKSHOT_KAFKA_SASL", Settings.model_fields["kafka_sasl"].default)
    words = {"PLAIN": "plaintext", "SCRAM-SHA-256": "scram_sha256", "SCRAM-SHA-512": "scram_sha512"}
    if kind == "plaintext":
        assert (told, secret) == ({}, {})
    else:
        user = maps["packshot"]["PACKSHOT_KAFKA_USER"]
        assert told == {"sasl": words[how], "tls": "enable" if "ssl" in kind else "disable", "username": user}
        assert secret == {"password": ("packshot", "kafka-password")}
