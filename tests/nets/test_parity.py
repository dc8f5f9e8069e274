"""Every published network we have, against the numbers it gave when its authors' program ran it."""

from pathlib import Path

import pytest
from parity.case import OWN, Case, Skipped, found
from parity.families import runner

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "parity"
"""The whole collection, on a developer's machine; its families without a runner are of networks to come."""
SLOW = (
    "end_to_end", "tha4/upscaler", "tha4/body_morpher",
    "losses", "train_step", "generator", "dense_motion", "facevid2vid/he_estimator", "facevid2vid/kp_detector",
)  # fmt: skip
LARGE = [pytest.mark.slow, pytest.mark.timeout(900)]
QUICK = ("student", "separable", "nemo_losses", "fom/generator")


def parameters(folder: Path) -> list[object]:
    """The cases in a folder, large ones marked; one that is skipped where there are none."""
    cases = []
    for case in found(folder):
        try:
            runner(case)
        except LookupError:
            continue
        large = any(word in case.name for word in SLOW) and not any(word in case.name for word in QUICK)
        cases.append(pytest.param(case, id=case.name, marks=LARGE if large else []))
    return cases or [pytest.param(None, id=folder.name, marks=pytest.mark.skip(f"no cases in {folder.name}/ here"))]


def agrees(case: Case) -> None:
    try:
        checks = runner(case)(case)
    except Skipped as reason:
        pytest.skip(str(reason))
    assert checks
    assert not [check for check in checks if not check.ok]


@pytest.mark.parametrize("case", parameters(OWN))
def test_the_recorded_numbers(case: Case) -> None:
    agrees(case)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("case", parameters(BESIDE))
def test_the_whole_collection(case: Case) -> None:
    if (OWN / case.folder.relative_to(BESIDE)).is_dir():
        pytest.skip("ships with the tests, so it is tried there")
    agrees(case)


def test_a_wrong_network_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can tell: a network whose norms have another epsilon is found out."""
    import torch
    from parity import family_tha3

    def careless(name: str, separable: bool) -> torch.nn.Module:
        net = right(name, separable)
        for module in net.modules():
            if isinstance(module, torch.nn.InstanceNorm2d):
                module.eps = 1e-3
        return net

    right = family_tha3.network
    monkeypatch.setattr(family_tha3, "network", careless)
    case = Case(OWN / "tha3" / "separable_float" / "eyebrow_decomposer")
    assert not all(check.ok for check in runner(case)(case))
